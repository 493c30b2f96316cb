-- about: finding_cell
-- What stands beside findings, amounts and reports for questions is what the cells and findings say.
SELECT 'finding_cell' AS source, f.report_key, f.rule AS part
FROM (SELECT * FROM audit_finding WHERE cell_path IS NOT NULL) AS f
FULL JOIN finding_cell AS p USING (report_key, rule, scope)
LEFT JOIN cell AS c ON c.report_key = f.report_key AND c.cell_path = f.cell_path
WHERE f.cell_path IS NULL OR p.year_key IS NULL
    OR p.raw_text IS DISTINCT FROM c.raw_text OR p.grid_row IS DISTINCT FROM c.grid_row
UNION ALL
SELECT 'printed_amount', report_key, cell_path
FROM printed_amount AS p
FULL JOIN (
    SELECT c.*
    FROM cell AS c
    JOIN dim_report AS r USING (report_key)
    JOIN (SELECT DISTINCT cell_path FROM dim_form_cell WHERE kind = 'amount') AS f USING (cell_path)
    WHERE c.is_statutory AND r.status = 'current'
) AS c USING (report_key, cell_path)
WHERE c.raw_text IS DISTINCT FROM p.raw_text OR c.yuan IS DISTINCT FROM p.yuan OR p.status IS DISTINCT FROM c.status
UNION ALL
SELECT 'report_audit', r.report_key, ''
FROM dim_report AS r
FULL JOIN report_audit AS q USING (report_key)
LEFT JOIN (
    SELECT
        report_key,
        count(*) FILTER (severity = 'error') AS errors,
        count(*) FILTER (severity = 'warning') AS warnings,
        max(abs(difference)) FILTER (severity = 'error') AS largest_difference
    FROM audit_finding
    GROUP BY report_key
) AS f USING (report_key)
WHERE r.year_key IS NULL OR q.errors IS DISTINCT FROM coalesce(f.errors, 0)
    OR q.warnings IS DISTINCT FROM coalesce(f.warnings, 0)
    OR q.largest_difference IS DISTINCT FROM f.largest_difference
