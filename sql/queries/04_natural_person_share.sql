-- 自然人申请占比 Share of applications received from natural persons, by year (reports with both numbers).
SELECT
    year_key,
    sum(natural_person_cases) AS natural_person_cases,
    sum(received_cases) AS received_cases,
    round(sum(natural_person_cases) / nullif(sum(received_cases), 0), 4) AS natural_person_share
FROM application_rates
WHERE natural_person_cases IS NOT NULL AND received_cases IS NOT NULL AND scope = 'own'
GROUP BY ALL
ORDER BY year_key
