-- 可比口径序列 Applications received on today's geography, from governments' summaries: divisions that were renamed, upgraded or merged are one series.
SELECT
    s.division_code_latest AS code_today,
    d.name AS name_today,
    s.year_key,
    string_agg(DISTINCT s.division_then, '、') AS names_then,
    sum(s.reports) AS reports,
    sum(s.received) AS received_cases
FROM sum_divisions AS s
JOIN dim_division AS d ON d.code = s.division_code_latest AND d.valid_to IS NULL
WHERE s.scope = 'summary' AND s.agency_type = 'government'
GROUP BY ALL
ORDER BY code_today, s.year_key
