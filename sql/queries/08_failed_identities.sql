-- 勾稽关系不成立的报告 Identities of current reports that fail by most: both sides and the difference, the 500 largest.
-- Whose own largest is not among the 500 largest of reports has none of the 500 largest findings.
WITH suspect AS (
    SELECT q.report_key, q.year_key FROM report_audit AS q
    JOIN dim_report AS r USING (report_key)
    WHERE r.status = 'current' AND q.largest_difference IS NOT NULL
    ORDER BY q.largest_difference DESC, q.report_key LIMIT 500
),

largest AS (
    SELECT f.* FROM audit_finding AS f
    JOIN suspect USING (report_key, year_key)
    WHERE severity = 'error' AND difference IS NOT NULL
    ORDER BY abs(difference) DESC, report_key, rule, scope LIMIT 500
)
SELECT
    f.year_key,
    a.name AS agency_name,
    a.province,
    a.prefecture,
    f.rule,
    f.cell_path,
    f.left_value,
    f.right_value,
    f.difference,
    coalesce(c.location, q.location) AS location
FROM largest AS f
JOIN report_audit AS q ON q.report_key = f.report_key AND q.year_key = f.year_key
JOIN dim_agency AS a USING (agency_sk)
LEFT JOIN finding_cell AS c
    ON c.report_key = f.report_key AND c.year_key = f.year_key AND c.rule = f.rule AND c.scope = f.scope
ORDER BY abs(f.difference) DESC, agency_name, f.report_key, f.rule, f.cell_path
