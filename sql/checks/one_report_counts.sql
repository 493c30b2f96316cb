-- about: dim_report
-- Of one agency, year and scope at most one report counts: a second one would be in every sum twice. A report that does
-- not state its scope may be the agency's own.
SELECT
    a.agency_key,
    r.year_key,
    r.scope = 'summary' AS is_summary,
    count(*) AS reports,
    list(r.report_key ORDER BY r.report_key) AS report_keys
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current' AND r.year_key > 0 AND r.agency_status IN ('exact', 'inferred')
GROUP BY ALL
HAVING count(*) > 1
