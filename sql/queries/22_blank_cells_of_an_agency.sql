-- 某行政机关的空白、文字和存疑单元格 Cells of one agency without a number in current reports, with what is printed there: put its name here.
-- The place tells agencies of one name apart.
SELECT
    r.year_key,
    a.name AS agency_name,
    concat_ws(' ', a.province, a.prefecture, a.county) AS place,
    c.cell_path,
    c.status,
    c.raw_text,
    c.note
FROM dim_agency AS a
JOIN dim_report AS r USING (agency_sk)
JOIN cell AS c USING (report_key)
WHERE a.name = '南山区大陆街道办事处' AND r.status = 'current' AND c.status NOT IN ('value', 'absent')
ORDER BY r.year_key, place, r.report_key, c.cell_order
