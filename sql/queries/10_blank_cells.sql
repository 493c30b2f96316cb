-- 空白、文字和存疑的单元格 Cells without a number, with what is printed there. Blank is not zero.
SELECT r.year_key, a.name AS agency_name, c.cell_path, c.status, c.raw_text, c.note
FROM cell AS c
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a USING (agency_sk)
WHERE c.status NOT IN ('value', 'absent')
ORDER BY r.year_key, agency_name, c.cell_order
