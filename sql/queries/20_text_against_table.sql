-- 正文与表格不符 Where the text and the table of a current report disagree: the sentence, what it says, and what is printed, 500 of the newest.
WITH newest AS (
    SELECT f.report_key, f.year_key, f.rule, f.scope FROM audit_finding AS f
    JOIN dim_report AS r USING (report_key)
    WHERE r.status = 'current' AND f.rule LIKE 'narrative.%' AND f.outcome IN ('fail', 'assumed_zero_fail')
    ORDER BY f.year_key DESC, f.report_key, f.rule, f.scope LIMIT 500
)
SELECT
    e.year_key,
    a.name AS agency_name,
    a.province,
    a.prefecture,
    e.rule,
    e.outcome,
    e.left_value AS in_the_text,
    e.right_value AS in_the_table,
    e.detail,
    e.cell_path
FROM newest
JOIN audit_evaluation AS e USING (report_key, year_key, rule, scope)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
ORDER BY e.year_key DESC, agency_name, e.report_key, e.rule, e.scope
