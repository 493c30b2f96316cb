-- 不予公开、无法提供、不予处理的理由 Why was information refused? (stage: outcome)
SELECT year_key, line_group, line, label, sum(cases) AS cases
FROM applications_additive
WHERE stage = 'outcome' AND line_group IN ('denied', 'unable', 'not_processed')
GROUP BY ALL
ORDER BY year_key, cases DESC, line
