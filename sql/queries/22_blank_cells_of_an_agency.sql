-- 某行政机关的空白、文字和存疑单元格 Cells of one agency without a number, with what is printed there: put its name here.
SELECT r.year_key, a.name AS agency_name, c.cell_path, c.status, c.raw_text, c.note
FROM dim_agency AS a
JOIN dim_report AS r USING (agency_sk)
JOIN cell AS c USING (report_key)
WHERE a.name = '南山区大陆街道办事处' AND c.status NOT IN ('value', 'absent')
ORDER BY r.year_key, c.cell_order
