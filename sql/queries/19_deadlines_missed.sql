-- 逾期公布的报告 Reports published after the legal deadline (31 January for departments, 31 March for governments).
SELECT
    r.year_key,
    a.province,
    a.name AS agency_name,
    a.agency_type,
    r.published_on,
    date_diff('day', CASE WHEN a.agency_type = 'government' THEN y.government_deadline ELSE y.department_deadline END,
        r.published_on) AS days_late,
    r.title
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
JOIN dim_year AS y ON y.year_key = r.year_key
WHERE f.rule = 'report.late'
ORDER BY days_late DESC, agency_name
