-- @zh 审核发现及出处
-- @en Findings with the printed cell they lead to and the place in the file.
-- @column agency_name 机关名称
-- @column location 文件位置
SELECT
    f.severity,
    f.rule,
    f.year_key,
    a.name AS agency_name,
    f.message,
    f.left_value,
    f.right_value,
    f.difference,
    f.cell_path,
    c.raw_text,
    o.location,
    c.page,
    c.line_number,
    c.grid,
    c.grid_row,
    c.grid_col,
    f.report_key
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
LEFT JOIN cell AS c ON c.report_key = f.report_key AND c.cell_path = f.cell_path
LEFT JOIN (
    SELECT p.report_key, min(p.file_sha256) AS file_sha256
    FROM report_file AS p
    WHERE p.role = 'main'
    GROUP BY p.report_key
) AS m ON m.report_key = f.report_key
LEFT JOIN (
    SELECT l.file_sha256, min(l.location) AS location
    FROM raw_file_location AS l
    GROUP BY l.file_sha256
) AS o ON o.file_sha256 = coalesce(c.file_sha256, m.file_sha256)
