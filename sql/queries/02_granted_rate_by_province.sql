-- 各省各年公开率 Granted rate by province and year (agencies' own figures; reports with both numbers).
SELECT
    coalesce(province, '未识别') AS province,
    year_key,
    count(*) AS reports,
    sum(granted_cases) AS granted_cases,
    sum(outcome_cases) AS outcome_cases,
    round(sum(granted_cases) / nullif(sum(outcome_cases), 0), 4) AS granted_rate
FROM application_rates
WHERE scope = 'own' AND granted_cases IS NOT NULL AND outcome_cases IS NOT NULL
GROUP BY ALL
ORDER BY province, year_key
