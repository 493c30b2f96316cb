-- 格式以外的行 Rows of current reports that no row of the form explains: 500 of the newest.
SELECT r.year_key, a.name AS agency_name, a.province, a.prefecture, u.table_id, u.label, u.cells, u.line_number
FROM unmapped_row AS u
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current'
ORDER BY r.year_key DESC, u.report_key, u.ordinal
LIMIT 500
