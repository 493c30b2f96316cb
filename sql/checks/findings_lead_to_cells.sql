-- about: audit_finding
-- A finding that names a cell leads to that cell, and its rule is declared.
SELECT f.report_key, f.rule, f.scope, f.cell_path
FROM audit_finding AS f
LEFT JOIN cell AS c ON c.report_key = f.report_key AND c.cell_path = f.cell_path
LEFT JOIN audit_rule AS r ON r.rule = f.rule
WHERE (f.cell_path IS NOT NULL AND c.cell_path IS NULL) OR r.rule IS NULL
