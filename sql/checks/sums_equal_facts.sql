-- about: sum_reports
-- Sums are the facts of current reports of known years, added once: no report is missing and none is there twice.
WITH report AS (
    SELECT
        r.report_key,
        r.year_key,
        r.scope,
        coalesce(a.province, '') AS province,
        coalesce(a.level, '') AS level,
        coalesce(a.agency_type, '') AS agency_type,
        r.form,
        r.cells_expected,
        r.cells_value
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    WHERE r.status = 'current' AND r.year_key > 0
),

found AS (
    SELECT report_key, count(*) FILTER (severity = 'error') AS errors, count(*) FILTER (severity = 'warning') AS warnings
    FROM audit_finding
    GROUP BY report_key
),

rate AS (
    SELECT report_key, 'granted' AS rate, granted + partially_granted AS over, outcome_total AS under
    FROM fact_report_figures
    UNION ALL
    SELECT report_key, 'denied', denied, outcome_total FROM fact_report_figures
    UNION ALL
    SELECT report_key, 'natural_person', received_natural_person, received FROM fact_report_figures
    UNION ALL
    SELECT report_key, channel || '_corrected', corrected_cases, decided_cases FROM review_rates
),

-- What each row of a table of sums is known by, how many were added, and what they come to.
added AS (
    SELECT 'sum_applications' AS source, year_key, scope, province, level, agency_type, f.line AS part,
        count(*) AS number, sum(f.cases)::HUGEINT AS total, 0::HUGEINT AS other
    FROM fact_applications AS f
    JOIN report AS r USING (report_key, year_key)
    JOIN dim_application_line AS d USING (line)
    JOIN dim_applicant AS p USING (applicant)
    WHERE f.status = 'value' AND NOT d.is_total AND NOT p.is_total
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_rates', year_key, scope, province, level, agency_type, f.rate,
        count(*), sum(f.over)::HUGEINT, sum(f.under)::HUGEINT
    FROM rate AS f
    JOIN report AS r USING (report_key)
    WHERE f.over IS NOT NULL AND f.under IS NOT NULL
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_divisions', f.year_key, r.scope, '', '', r.agency_type,
        concat_ws(' ', a.division_code_latest, coalesce(a.county, a.prefecture, a.province)),
        count(*), sum(f.received)::HUGEINT, 0
    FROM fact_report_figures AS f
    JOIN report AS r USING (report_key)
    JOIN dim_agency AS a USING (agency_sk)
    WHERE a.division_code_latest IS NOT NULL
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_decisions', year_key, scope, province, level, agency_type, f.matter,
        count(f.decisions), sum(f.decisions)::HUGEINT, 0
    FROM (
        SELECT report_key, matter, decisions FROM fact_item_5_licensing
        UNION ALL
        SELECT report_key, matter, decisions FROM fact_item_6_enforcement
    ) AS f
    JOIN report AS r USING (report_key)
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_findings', year_key, scope, province, level, agency_type, f.rule || ' ' || f.severity,
        count(*), count(DISTINCT f.report_key), 0
    FROM (SELECT report_key, rule, severity FROM audit_finding) AS f
    JOIN report AS r USING (report_key)
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_reports', year_key, scope, province, level, agency_type, r.form,
        count(*), sum(r.cells_expected + r.cells_value)::HUGEINT,
        sum(1000 * coalesce(f.errors, 0) + coalesce(f.warnings, 0))::HUGEINT
            + 1000000000 * count(*) FILTER (coalesce(f.errors, 0) + coalesce(f.warnings, 0) = 0)
    FROM report AS r
    LEFT JOIN found AS f USING (report_key)
    GROUP BY ALL
    UNION ALL
    SELECT 'sum_cells', r.year_key, '', '', '', '', concat_ws(' ', r.form, c.table_id, c.row_id, c.column_id, c.status),
        count(*), 0, 0
    FROM cell AS c
    JOIN report AS r USING (report_key, year_key)
    WHERE c.status <> 'value'
    GROUP BY ALL
),

stated AS (
    SELECT 'sum_applications' AS source, year_key, scope, province, level, agency_type, line AS part,
        numbers AS number, cases::HUGEINT AS total, 0::HUGEINT AS other
    FROM sum_applications
    UNION ALL
    SELECT 'sum_rates', year_key, scope, province, level, agency_type, rate, reports, numerator, denominator
    FROM sum_rates
    UNION ALL
    SELECT 'sum_divisions', year_key, scope, '', '', agency_type,
        concat_ws(' ', division_code_latest, division_then), reports, received, 0
    FROM sum_divisions
    UNION ALL
    SELECT 'sum_decisions', year_key, scope, province, level, agency_type, matter, reports, decisions, 0
    FROM sum_decisions
    UNION ALL
    SELECT 'sum_findings', year_key, scope, province, level, agency_type, rule || ' ' || severity, findings, reports, 0
    FROM sum_findings
    UNION ALL
    SELECT 'sum_reports', year_key, scope, province, level, agency_type, form, reports, cells_expected + cells_value,
        1000 * errors + warnings + 1000000000 * sound_reports
    FROM sum_reports
    UNION ALL
    SELECT 'sum_cells', year_key, '', '', '', '', concat_ws(' ', form, table_id, row_id, column_id, status), cells, 0, 0
    FROM sum_cells
)

SELECT
    source,
    year_key,
    scope,
    province,
    level,
    agency_type,
    part,
    s.number,
    s.total,
    a.number AS number_of_facts,
    a.total AS total_of_facts
FROM stated AS s
FULL JOIN added AS a USING (source, year_key, scope, province, level, agency_type, part)
WHERE s.number IS DISTINCT FROM a.number OR s.total IS DISTINCT FROM a.total OR s.other IS DISTINCT FROM a.other
