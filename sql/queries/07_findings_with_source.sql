-- 审核发现及出处 Findings of current reports of the newest year, errors first, with the file and the printed cell they lead to: 500 of them.
WITH newest AS (
    SELECT f.*, r.agency_sk FROM audit_finding AS f
    JOIN dim_report AS r USING (report_key)
    WHERE r.status = 'current' AND f.severity IN ('error', 'warning') AND f.year_key = (SELECT max(year_key) FROM fact_report_figures)
    ORDER BY f.severity, f.report_key, f.rule, f.scope LIMIT 500
)
SELECT
    f.severity,
    f.year_key,
    a.name AS agency_name,
    a.province,
    a.prefecture,
    f.rule,
    f.message,
    f.message_en,
    c.raw_text,
    coalesce(c.location, q.location) AS location,
    c.line_number,
    f.cell_path
FROM newest AS f
JOIN report_audit AS q ON q.report_key = f.report_key AND q.year_key = f.year_key
JOIN dim_agency AS a ON a.agency_sk = f.agency_sk
LEFT JOIN finding_cell AS c
    ON c.report_key = f.report_key AND c.year_key = f.year_key AND c.rule = f.rule AND c.scope = f.scope
ORDER BY f.severity, agency_name, f.report_key, f.rule, f.cell_path
