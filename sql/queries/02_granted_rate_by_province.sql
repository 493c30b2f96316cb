-- 各省各年公开率 Granted rate by province and year (agencies' own figures; reports with both numbers).
SELECT
    coalesce(nullif(province, ''), '未识别') AS province,
    year_key,
    sum(reports) AS reports,
    sum(numerator) AS granted_cases,
    sum(denominator) AS outcome_cases,
    round(sum(numerator) / nullif(sum(denominator), 0), 4) AS granted_rate
FROM sum_rates
WHERE rate = 'granted' AND scope = 'own'
GROUP BY ALL
ORDER BY province, year_key
