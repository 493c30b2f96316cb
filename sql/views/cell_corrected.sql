-- @zh 更正后单元格
-- @en Cells that a correction holds for: the number as published, and what it should be, with the reason; of reports that do not count as well, see report_status.
-- @column agency_name 行政机关名称
-- @column report_status 报告状态 Whether the report counts: of copies, superseded and undecided reports corrections are here, too.
SELECT
    k.report_key,
    r.year_key,
    a.name AS agency_name,
    r.status AS report_status,
    k.cell_path,
    c.raw_text,
    k.published_value,
    k.corrected_value,
    k.corrected_yuan,
    k.reason,
    k.evidence
FROM cell_correction AS k
JOIN dim_report AS r ON r.report_key = k.report_key
JOIN cell AS c ON c.report_key = k.report_key AND c.year_key = r.year_key AND c.cell_path = k.cell_path
JOIN dim_agency AS a USING (agency_sk)
WHERE k.state = 'applied'
