-- 自然人申请占比 Share of applications received from natural persons, by year (reports with both numbers).
SELECT
    year_key,
    sum(numerator) AS natural_person_cases,
    sum(denominator) AS received_cases,
    round(sum(numerator) / nullif(sum(denominator), 0), 4) AS natural_person_share
FROM sum_rates
WHERE rate = 'natural_person' AND scope = 'own'
GROUP BY ALL
ORDER BY year_key
