-- 未予公开情形（不予公开、无法提供、不予处理） Why was information refused? (stage: outcome)
SELECT s.year_key, d.line_group, s.line, d.label, sum(s.cases) AS cases
FROM sum_applications AS s
JOIN dim_application_line AS d USING (line)
WHERE s.scope = 'own' AND d.stage = 'outcome' AND d.line_group IN ('denied', 'unable', 'not_processed')
GROUP BY ALL
ORDER BY s.year_key, cases DESC, s.line
