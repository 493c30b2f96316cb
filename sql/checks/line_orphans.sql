-- about: dim_application_line
-- Lines, applicants, channels and results of the facts stand in their dimensions.
SELECT 'line' AS kind, f.line AS id, count(*) AS facts
FROM fact_applications AS f
LEFT JOIN dim_application_line AS d USING (line)
WHERE d.line IS NULL
GROUP BY ALL
UNION ALL
SELECT 'applicant', f.applicant, count(*)
FROM fact_applications AS f
LEFT JOIN dim_applicant AS d USING (applicant)
WHERE d.applicant IS NULL
GROUP BY ALL
UNION ALL
SELECT 'review', f.channel || '.' || f.result, count(*)
FROM fact_reviews AS f
LEFT JOIN dim_review AS d ON d.channel = f.channel AND d.result = f.result
WHERE d.channel IS NULL
GROUP BY ALL
UNION ALL
SELECT 'indicator', f.indicator, count(*)
FROM fact_statistics_2014 AS f
LEFT JOIN dim_indicator AS d USING (indicator)
WHERE d.indicator IS NULL
GROUP BY ALL
