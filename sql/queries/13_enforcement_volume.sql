-- 行政处罚、行政强制、行政许可办件量 Decisions by matter and year; forms 2019 and 2021 are comparable here.
SELECT year_key, matter, sum(reports) AS reports, sum(decisions) AS decisions
FROM sum_decisions
WHERE scope = 'own'
GROUP BY ALL
ORDER BY year_key, matter
