-- 收到申请最多的行政机关 Which agencies received most applications?
WITH most AS (
    SELECT * FROM fact_report_figures WHERE received IS NOT NULL AND year_key > 0
    ORDER BY received DESC, report_key LIMIT 20
)
SELECT f.year_key, a.name AS agency_name, a.province, a.prefecture, f.received, f.carried_in, f.outcome_total, f.carried_out
FROM most AS f
JOIN dim_agency AS a USING (agency_sk)
ORDER BY f.received DESC, agency_name, f.report_key
