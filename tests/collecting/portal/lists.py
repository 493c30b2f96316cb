"""The list types of portals, all serving a shelf of reports, each with its quirks.

Belongs here: one function for each list type: it adds the list and the reports to a site and returns what the source
of it says in YAML. Keep out: the reports (`reports`), faults (`faults`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.collecting.portal.answers import html, kept, reply
from tests.collecting.portal.reports import Published, Shelf
from tests.collecting.portal.server import Hit, Reply, Site

Built = dict[str, Any]
Address = Callable[[Published], str]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAVIGATION = '<div class="nav"><a href="/">首页</a><a href="/zwgk/zcjd/t20240101_1.html">政策解读</a></div>'
_MISSING = html("404", "Not Found")


def source_of(site: Site, name: str, listed: dict[str, Any], **more: Any) -> Built:
    id_ = f"test-{name.replace('_', '-')}"
    values = {"id": id_, "agency": {"name": "某市人民政府"}, "hosts": [site.host], "confirmed": True}
    return values | {"scheme_http_allowed": not site.is_tls, "list": {"type": name, **listed}} | more


def serve_reports(site: Site, shelf: Shelf, address: Address, *, by: str = "etag") -> None:
    """Serve every report that is on the shelf when it is asked for, and the files beside it."""

    def answered(hit: Hit) -> Reply:
        for report in shelf:
            path = address(report)
            if path in (hit.path, hit.target):
                return _answered(kept(report.page(), by=by), hit)
            for name, body in (*report.files, *report.pictures):
                if hit.path == f"{path.rpartition('/')[0]}/{name}":
                    return _answered(kept(body, kind=DOCX, by=by), hit)
        return reply(_MISSING, status=404)

    site.add("/*", answered)


def _answered(answer: Any, hit: Hit) -> Reply:
    reply_: Reply = answer(hit)
    return reply_


def part_of(shelf: Shelf, page: int, size: int) -> list[Published]:
    return shelf.reports[(page - 1) * size : page * size] if page > 0 else []


def item_of(report: Published, href: str) -> str:
    """Return a row whose text is cut off, as columns with little room do."""
    return f'<li><a href="{href}" title="{report.title}">{report.title[:12]}…</a><span>{report.day}</span></li>'


def trs_static(
    site: Site, shelf: Shelf, *, size: int = 10, stated: bool = True, wap_twins: bool = True, by: str = "etag"
) -> Built:
    """Static pages index.html, index_1.html, ...; without `stated` only the pages themselves tell where they end."""

    def address(report: Published) -> str:
        return f"/nb/{report.day[:7].replace('-', '')}/t{report.day.replace('-', '')}_{report.number}.html"

    def listed(hit: Hit) -> Reply:
        name = hit.path.removeprefix("/nb/")
        page = int(name.removeprefix("index_").removesuffix(".html")) + 1 if name.startswith("index_") else 1
        part, pages = part_of(shelf, page, size), -(-len(shelf) // size)
        if not part and page > 1:
            return reply(_MISSING, status=404)
        rows = "".join(item_of(report, f".{address(report).removeprefix('/nb')}") for report in part)
        if wap_twins and part:
            twin = address(part[0]).removeprefix("/nb").replace(".html", "_wap.html")
            rows += f'<li><a href=".{twin}">{part[0].title}</a></li>'
        script = f'<script>createPageHTML({pages}, {page - 1}, "index", "html");</script>' if stated else ""
        return reply(html("政府信息公开年报", f"{_NAVIGATION}<ul>{rows}</ul>{script}"))

    serve_reports(site, shelf, address, by=by)
    site.add("/nb/", listed).add("/nb/index_*", listed)
    return source_of(site, "trs_static", {"url": site.url("/nb/")})


def hanweb_jpage(
    site: Site, shelf: Shelf, *, obeys: str = "page", cap: int = 7, needs_referer: bool = True, embedded: int = 3
) -> Built:
    """Records by XML; the portal obeys `page` or `startrecord`, and gives at most `cap` a page, whatever is asked."""

    def address(report: Published) -> str:
        return f"/art/{report.day_path}/art_78503_{report.number}.html"

    def records(part: list[Published], total: int) -> str:
        cells = "".join(f"<record><![CDATA[{item_of(report, address(report))}]]></record>" for report in part)
        query = "page=1&amp;webid=23&amp;path=/&amp;columnid=78503&amp;unitid=4521"
        group = f'<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?{query}"></a>]]></nextgroup>'
        counts = f"<totalrecord>{total}</totalrecord><totalpage>1</totalpage>"
        return f"<datastore>{counts}{group}<recordset>{cells}</recordset></datastore>"

    def column(_hit: Hit) -> Reply:
        script = (
            f'<div id="4521"><script type="text/xml">{records(shelf.reports[:embedded], len(shelf))}</script></div>'
        )
        return reply(html("政府信息公开年报", _NAVIGATION + script))

    def proxy(hit: Hit) -> Reply:
        if needs_referer and "/col/col78503/" not in hit.headers.get("referer", ""):
            return reply(_MISSING, status=404)
        size = min(cap, int(hit.query.get("perpage", cap)))
        number = hit.query.get(obeys, "1")
        start = (int(number) - 1) * size if obeys == "page" else int(number) - 1
        text = f"<?xml version='1.0' encoding='UTF-8'?>\n{records(shelf.reports[start : start + size], len(shelf))}"
        return reply(text, kind="text/xml; charset=utf-8")

    serve_reports(site, shelf, address)
    site.add("/col/col78503/index.html", column).add("/module/web/jpage/dataproxy.jsp*", proxy)
    return source_of(site, "hanweb_jpage", {"url": site.url("/col/col78503/index.html")})


def hanweb_xxgk(site: Site, shelf: Shelf, *, size: int = 8, strangers: int = 5) -> Built:
    """Rows by POST, not filtered by column: as many of another one stand among them."""

    def address(report: Published) -> str:
        return f"/art/{report.day_path}/art_1545743_{report.number}.html"

    def column(_hit: Hit) -> Reply:
        query = "standardXxgk=0&infotypeId=C0202&jdid=3096&area=11330000002482373Q"
        script = f"<script>function go(a){{ loadDynamic('/module/xxgk/search.jsp?{query}', 'div1545743'); }}</script>"
        return reply(html("政府信息公开年报", f'{_NAVIGATION}<div id="div1545743"></div>{script}'))

    def search(hit: Hit) -> Reply:
        if hit.method != "POST" or hit.form.get("jdid") != "3096":
            return reply(_MISSING, status=404)
        rows = [(address(report), report.title, report.day) for report in shelf]
        rows += [
            (f"/art/2024/2/2/art_1229_{number}.html", "另一栏目的年度报告", "2024-02-02") for number in range(strangers)
        ]
        page = int(hit.form["currpage"])
        cells = "".join(
            f'<tr class="tr_main_value_{("odd", "even")[number % 2]}"><td><a href="{url}" title="{title}">{title}</a>'
            f"</td><td>{day}</td></tr>"
            for number, (url, title, day) in enumerate(rows[(page - 1) * size : page * size])
        )
        total = f"<table><tr><td>共&nbsp;<b>{len(rows)}</b>&nbsp;条记录</td></tr></table>"
        return reply(f"<table>{cells}</table>{total}")

    serve_reports(site, shelf, address)
    site.add("/col/col1545743/index.html", column).add("/module/xxgk/search.jsp", search)
    return source_of(site, "hanweb_xxgk", {"url": site.url("/col/col1545743/index.html")})


def jpaas_unit(site: Site, shelf: Shelf, *, cap: int = 6) -> Built:
    """JSON with HTML inside, paged by paramJson alone, `cap` items a page whatever is asked."""

    def address(report: Published) -> str:
        return f"/zwgk/nb/art/{report.day[:4]}/art_{report.number:032x}.html"

    def column(_hit: Hit) -> Reply:
        ids = "'parseType':'buildstatic','webId':'8d82','tplSetId':'2097','pageType':'column','editType':'null'"
        query = f"{{{ids},'tagId':'当前栏目_list','pageId':'c52d'}}"
        said = f'url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{query}"'
        return reply(html("年报", f'{_NAVIGATION}<div><script src="/unitbuild.js" {said}></script></div>'))

    def unit(hit: Hit) -> Reply:
        size = min(cap, json.loads(hit.query["paramJson"])["pageSize"])
        part = part_of(shelf, json.loads(hit.query["paramJson"])["pageNo"], size)
        rows = "".join(item_of(report, address(report)) for report in part)
        text = f'<div><ul>{rows}</ul></div><div class="pagination" rows="{size}" count="{len(shelf)}"></div>'
        is_asked = (hit.query["webId"], hit.query["pageId"]) == ("8d82", "c52d")
        answer = {"code": "200", "success": True, "data": {"html": text if is_asked else ""}}
        return reply(json.dumps(answer, ensure_ascii=False), kind="application/json;charset=UTF-8")

    serve_reports(site, shelf, address)
    site.add("/zwgk/nb/index.html", column).add("/api-gateway/jpaas-publish-server/front/page/build/unit*", unit)
    return source_of(site, "jpaas_unit", {"url": site.url("/zwgk/nb/index.html")})


def gkmlpt(site: Site, shelf: Shelf, *, size: int = 9) -> Built:
    """A JSON API behind an entry page that names the site."""

    def address(report: Published) -> str:
        return f"/zwgk/xxgkndbg/content/post_{4_000_000 + report.number}.html"

    def entry(_hit: Hit) -> Reply:
        return reply(html("政府信息公开", "<div id=app></div><script>window._CONFIG = { SID: '175' };</script>"))

    def api(hit: Hit) -> Reply:
        part = part_of(shelf, int(hit.query["page"]), size) if hit.query["sid"] == "175" else []
        articles = [
            {"id": report.number, "title": report.title, "url": site.url(f"/gkmlpt/content/{report.number}.html")}
            | {"post_url": site.url(address(report)), "publisher": "某市人民政府", "create_time": _seconds(report.day)}
            for report in part
        ]
        answer = {"articles": articles, "total": len(shelf), "classify": {"id": 2629}}
        return reply(json.dumps(answer, ensure_ascii=False), kind="application/json")

    serve_reports(site, shelf, address)
    site.add("/gkmlpt/annualreport", entry).add("/gkmlpt/api/all/2629*", api)
    return source_of(site, "gkmlpt", {"url": site.url("/gkmlpt/annualreport#2629")})


def _seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def year_tree(site: Site, shelf: Shelf, *, drifted: int = 2023) -> Built:
    """A column for each year with a sub-column of towns; that of one year has moved, and its old address is gone."""
    years = sorted({report.year for report in shelf})

    def folder(year: int) -> str:
        return f"/zwgk/nb{year}n/" if year == drifted else f"/zwgk/gknb{year}/"

    def address(report: Published) -> str:
        town = "zjd/" if report.number % 2 else ""
        return f"{folder(report.year)}{town}t{report.day.replace('-', '')}_{report.number}.html"

    def listed(year: int, town: bool) -> Callable[[Hit], Reply]:
        def answered(_hit: Hit) -> Reply:
            here = folder(year) + ("zjd/" if town else "")
            part = [report for report in shelf if report.year == year and bool(report.number % 2) == town]
            rows = "".join(item_of(report, f"./{address(report).removeprefix(here)}") for report in part)
            towns = "" if town else '<li><a href="./zjd/">镇街道年度报告</a></li>'
            return reply(html("年报", f"{_NAVIGATION}<ul>{towns}{rows}</ul>"))

        return answered

    def columns(_hit: Hit) -> Reply:
        return reply(html("公开", "".join(f'<p><a href="{folder(y)}">{y}年政府信息公开年报</a></p>' for y in years)))

    serve_reports(site, shelf, address)
    site.add("/zwgk/", columns)
    for year in years:
        site.add(folder(year), listed(year, False)).add(f"{folder(year)}zjd/", listed(year, True))
    listed_as = {"url": site.url("/zwgk/gknb{Y}/"), "years": [years[0], years[-1]]}
    return source_of(site, "year_tree", listed_as | {"locate": {"url": site.url("/zwgk/")}})


def aspnet_query(site: Site, shelf: Shelf, *, size: int = 9) -> Built:
    """Pages by a query parameter; beyond the last one the last is shown again."""

    def address(report: Published) -> str:
        return f"/NewsView.aspx?id={45_000 + report.number}&cid=1019"

    def listed(hit: Hit) -> Reply:
        pages = -(-len(shelf) // size)
        page = min(int(hit.query.get("page", 1)), pages)
        rows = "".join(item_of(report, address(report)) for report in part_of(shelf, page, size))
        pager = f'共 {len(shelf)} 条 <a href="InfoPublic.aspx?cid=1019&pid=971&page={min(page + 1, pages)}">下一页</a>'
        return reply(html("信息公开", f'{_NAVIGATION}<ul>{rows}</ul><div class="pager">{pager}</div>'))

    serve_reports(site, shelf, address)
    site.add("/InfoPublic.aspx", listed)
    item = {"url_regex": r"NewsView\.aspx\?id=\d+"}
    listed_as = {"url": site.url("/InfoPublic.aspx?cid=1019&pid=971"), "item": item, "total_regex": r"共 (\d+) 条"}
    return source_of(site, "aspnet_query", listed_as)


def sitemap(site: Site, shelf: Shelf) -> Built:
    """An index of two sitemaps, in which reports stand among other pages."""

    def address(report: Published) -> str:
        return f"/nb/{report.number}.html"

    def urls(parity: int) -> Callable[[Hit], Reply]:
        def answered(_hit: Hit) -> Reply:
            own = [report for report in shelf if report.number % 2 == parity]
            rows = "".join(f"<url><loc>{site.url(address(r))}</loc><lastmod>{r.day}</lastmod></url>" for r in own)
            other = f"<url><loc>{site.url('/news/1.html')}</loc></url>"
            return reply(f'<?xml version="1.0"?><urlset>{other}{rows}</urlset>', kind="application/xml")

        return answered

    maps = "".join(f"<sitemap><loc>{site.url(f'/map{number}.xml')}</loc></sitemap>" for number in (0, 1))
    index = f'<?xml version="1.0"?><sitemapindex>{maps}</sitemapindex>'
    serve_reports(site, shelf, address)
    site.add("/sitemap.xml", lambda _: reply(index, kind="application/xml"))
    site.add("/map0.xml", urls(0)).add("/map1.xml", urls(1))
    return source_of(site, "sitemap", {"url": site.url("/sitemap.xml"), "item": {"url_regex": r"/nb/\d+\.html"}})


Builder = Callable[[Site, Shelf], Built]
BUILDERS: dict[str, Builder] = {
    "trs_static": trs_static,
    "trs_static unstated": lambda site, shelf: trs_static(site, shelf, stated=False),
    "hanweb_jpage by page": hanweb_jpage,
    "hanweb_jpage by startrecord": lambda site, shelf: hanweb_jpage(site, shelf, obeys="startrecord"),
    "hanweb_xxgk": hanweb_xxgk,
    "jpaas_unit": jpaas_unit,
    "gkmlpt": gkmlpt,
    "year_tree": year_tree,
    "aspnet_query": aspnet_query,
    "sitemap": sitemap,
}
