-- 空白、文字和存疑的单元格 Where are cells without a number, by year and place in the form? Blank is not zero.
SELECT s.year_key, s.form, s.table_id, s.row_id, s.column_id, f.row_label, f.column_label, s.status, s.cells
FROM sum_cells AS s
LEFT JOIN dim_form_cell AS f USING (form, table_id, row_id, column_id)
WHERE s.status <> 'absent'
ORDER BY s.year_key, s.cells DESC, s.table_id, s.row_id, s.column_id, s.status
