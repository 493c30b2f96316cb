-- 行政机关存疑的报告 Which reports are of an agency that is not certain, and which can it be? 500 of the newest, copies too (status).
SELECT
    r.report_key,
    r.year_key,
    r.status,
    r.agency_status,
    r.agency_printed,
    r.title,
    count(m.ordinal) AS candidates,
    list({'name': m.name, 'score': m.score, 'evidence': m.evidence} ORDER BY m.ordinal)[1:5] AS likely
FROM dim_report AS r
LEFT JOIN agency_match AS m USING (report_key)
WHERE r.agency_status <> 'exact'
GROUP BY ALL
ORDER BY r.agency_status, r.year_key DESC, r.agency_printed, r.report_key
LIMIT 500
