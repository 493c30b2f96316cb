-- 行政处罚、行政强制、行政许可办件量 Decisions by matter and year; forms 2019 and 2021 are comparable here.
SELECT year_key, matter, count(decisions) AS reports, sum(decisions) AS decisions
FROM (
    SELECT report_key, year_key, matter, decisions FROM fact_item_5_licensing
    UNION ALL
    SELECT report_key, year_key, matter, decisions FROM fact_item_6_enforcement
) AS f
JOIN dim_report AS r USING (report_key, year_key)
WHERE r.status = 'current' AND r.scope = 'own' AND year_key > 0
GROUP BY ALL
ORDER BY year_key, matter
