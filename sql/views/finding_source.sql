-- @zh 审核发现及出处
-- @en Findings of current reports with the printed cell they lead to and the place in the file; those of copies, superseded and undecided reports are in audit_finding.
-- @column agency_name 行政机关名称
-- @column location 文件位置
SELECT
    f.severity,
    f.rule,
    f.year_key,
    a.name AS agency_name,
    a.province,
    a.prefecture,
    a.county,
    f.message,
    f.message_en,
    f.left_value,
    f.right_value,
    f.difference,
    f.cell_path,
    c.raw_text,
    coalesce(c.location, q.location) AS location,
    c.page,
    c.line_number,
    c.grid,
    c.grid_row,
    c.grid_col,
    f.report_key
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
LEFT JOIN report_audit AS q ON q.report_key = f.report_key AND q.year_key = f.year_key
LEFT JOIN finding_cell AS c
    ON c.report_key = f.report_key AND c.year_key = f.year_key AND c.rule = f.rule AND c.scope = f.scope
WHERE r.status = 'current'
