-- 可比口径序列 Applications received on today's geography, from governments' summaries: divisions that were renamed, upgraded or merged are one series.
SELECT
    a.division_code_latest AS code_today,
    d.name AS name_today,
    f.year_key,
    string_agg(DISTINCT coalesce(a.county, a.prefecture, a.province), '、') AS names_then,
    count(*) AS reports,
    sum(f.received) AS received_cases
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
JOIN dim_division AS d ON d.code = a.division_code_latest AND d.valid_to IS NULL
WHERE r.scope = 'summary' AND a.agency_type = 'government'
GROUP BY ALL
ORDER BY code_today, f.year_key
