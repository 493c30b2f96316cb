-- @zh 报告概览
-- @en One row per current report of a known year: agency, form, coverage and findings.
-- @column agency_name 行政机关名称
-- @column location 文件位置
-- @column errors 错误数 Findings of severity error.
-- @column warnings 警告数 Findings of severity warning.
-- @column corrected_cells 更正单元格数 Cells that a correction holds for.
SELECT
    r.report_key,
    r.year_key,
    a.name AS agency_name,
    a.agency_type,
    a.level,
    a.province,
    a.prefecture,
    a.county,
    a.township,
    r.scope,
    r.scope_basis,
    r.form,
    r.title,
    r.published_on,
    r.cells_expected,
    r.cells_value,
    r.cells_blank,
    r.cells_ambiguous,
    r.cells_absent,
    coalesce(f.errors, 0) AS errors,
    coalesce(f.warnings, 0) AS warnings,
    coalesce(k.corrected_cells, 0) AS corrected_cells,
    f.location
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
LEFT JOIN report_audit AS f USING (report_key, year_key)
LEFT JOIN (
    SELECT report_key, count(*) AS corrected_cells FROM cell_correction WHERE state = 'applied' GROUP BY report_key
) AS k USING (report_key)
WHERE r.status = 'current' AND r.year_key > 0
