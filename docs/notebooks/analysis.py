"""Five questions of the cookbook, answered from the current release: `make notebook`."""

import marimo

app = marimo.App(width="medium", app_title="政府信息公开工作年度报告：五个问题")


@app.cell
def introduction():
    import altair as alt
    import duckdb
    import marimo as mo
    import polars as pl

    from pipelines.releases.layout import SQL_FOLDER, Layout, current_release, project_root
    from pipelines.releases.manifest import DATABASE

    release = current_release(Layout(project_root()))

    def answer(name):
        """Return the frame that a query of sql/queries selects, for charts as floats."""
        query = (SQL_FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8")
        with duckdb.connect(str(release / DATABASE), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [column for column, *_ in cursor.description]
            rows = [[float(v) if type(v).__name__ == "Decimal" else v for v in row] for row in cursor.fetchall()]
        return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)

    def shown(frame, chart, words):
        """Return words, chart and figures; where there is nothing to draw, the words say so."""
        if frame.is_empty():
            return mo.vstack([mo.md(words), mo.callout("本数据版本没有可绘制的数据 nothing to draw in this release")])
        return mo.vstack([mo.md(words), chart, mo.ui.table(frame, page_size=8)])

    mo.md(f"""
    # 政府信息公开工作年度报告：五个问题

    数据取自数据版本 `{release.name}`，只读。每个问题对应 `sql/queries` 中的一个查询；空白不按 0 计算。

    Five questions of `sql/queries`, answered from the current release. Blank is not zero.
    """)
    return alt, answer, pl, shown


@app.cell
def applications(alt, answer, shown):
    received = answer("01_most_applications")
    applications_chart = (
        alt.Chart(received)
        .mark_bar()
        .encode(
            x=alt.X("received:Q", title="本年新收 received（件）"),
            y=alt.Y("agency_name:N", title="行政机关 agency", sort="-x"),
            color=alt.Color("year_key:N", title="年度 year"),
        )
    )
    shown(received, applications_chart, "## 1 收到申请最多的行政机关 Most applications")
    return (applications_chart,)


@app.cell
def refusals(alt, answer, shown):
    reasons = answer("03_refusal_reasons")
    reasons_chart = (
        alt.Chart(reasons)
        .mark_bar()
        .encode(
            x=alt.X("cases:Q", title="件数 cases"),
            y=alt.Y("label:N", title="情形 reason", sort="-x"),
            color=alt.Color("line_group:N", title="类别 group"),
        )
    )
    shown(reasons, reasons_chart, "## 2 未予公开情形 Why was information refused")
    return (reasons_chart,)


@app.cell
def decisions(alt, answer, shown):
    volumes = answer("13_enforcement_volume")
    decisions_chart = (
        alt.Chart(volumes)
        .mark_bar()
        .encode(
            x=alt.X("matter:N", title="事项 matter"),
            y=alt.Y("decisions:Q", title="处理决定数 decisions"),
            color=alt.Color("year_key:N", title="年度 year"),
        )
    )
    shown(volumes, decisions_chart, "## 3 行政许可、处罚、强制 Licensing, penalties, coercion")
    return (decisions_chart,)


@app.cell
def procurement(alt, answer, shown):
    # The query sorts by amount; a chart holds at most 5,000 points.
    purchases = answer("06_procurement_per_project").head(500)
    procurement_chart = (
        alt.Chart(purchases)
        .mark_point(filled=True, size=80)
        .encode(
            x=alt.X("project_count:Q", title="项目数 projects"),
            y=alt.Y("total_amount_yuan:Q", title="总金额（元）yuan", scale=alt.Scale(type="symlog")),
            color=alt.Color("unit_source:N", title="单位依据 unit read from"),
            tooltip=["agency_name", "printed_amount", "yuan_per_project"],
        )
    )
    shown(
        purchases,
        procurement_chart,
        "## 4 政府集中采购 Procurement per project\n金额最大的 500 份报告。The 500 reports with the largest amounts.",
    )
    return (procurement_chart,)


@app.cell
def quality(alt, answer, pl, shown):
    # Errors a report of types and years cannot be added: they are taken anew from the sums.
    sums = answer("18_report_quality").group_by("province").agg(pl.col("reports", "errors", "warnings").sum())
    league = sums.with_columns(errors_per_report=pl.col("errors") / pl.col("reports")).sort("province")
    quality_chart = (
        alt.Chart(league)
        .mark_bar()
        .encode(
            x=alt.X("errors_per_report:Q", title="每份报告的错误数 errors a report"),
            y=alt.Y("province:N", title="省份 province", sort="-x"),
            tooltip=["province", "reports", "errors", "warnings"],
        )
    )
    shown(league, quality_chart, "## 5 报告质量 Quality of the reports")
    return (quality_chart,)


if __name__ == "__main__":
    app.run()
