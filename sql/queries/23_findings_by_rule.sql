-- 各规则发现的问题数 Which rules find most, by year: findings and the share of reports that have one.
WITH read AS (SELECT year_key, sum(reports) AS reports FROM sum_reports GROUP BY year_key)
SELECT
    s.year_key,
    s.severity,
    s.rule,
    u.description_zh,
    sum(s.findings) AS findings,
    sum(s.reports) AS reports,
    round(sum(s.reports) / any_value(r.reports), 4) AS share_of_reports
FROM sum_findings AS s
JOIN audit_rule AS u USING (rule)
JOIN read AS r ON r.year_key = s.year_key
GROUP BY s.year_key, s.severity, s.rule, u.description_zh
ORDER BY s.year_key, s.severity, findings DESC, s.rule
