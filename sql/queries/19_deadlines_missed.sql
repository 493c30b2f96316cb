-- 逾期公布的报告 Reports published after the legal deadline of their year and type of agency (dim_report.due_on): the 500 latest.
SELECT
    r.year_key,
    a.province,
    a.prefecture,
    a.name AS agency_name,
    a.agency_type,
    r.published_on,
    r.due_on,
    date_diff('day', r.due_on, r.published_on) AS days_late,
    r.title
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE r.published_on > r.due_on AND r.status = 'current'
ORDER BY days_late DESC, agency_name, r.report_key
LIMIT 500
