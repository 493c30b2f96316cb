-- 正文与表格不符 Where the text and the table of a report disagree: the sentence, what it says, and what is printed.
SELECT
    r.year_key,
    a.name AS agency_name,
    e.rule,
    e.outcome,
    e.left_value AS in_the_text,
    e.right_value AS in_the_table,
    e.detail,
    e.cell_path
FROM audit_evaluation AS e
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE e.rule LIKE 'narrative.%' AND e.outcome IN ('fail', 'assumed_zero_fail')
ORDER BY r.year_key, agency_name, e.rule, e.scope
