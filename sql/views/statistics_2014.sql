-- @zh 政府信息公开情况统计
-- @en Indicators of current reports on form 2014, one row per report and indicator, with label and unit. Sections and parts (其中) must not be added to their totals.
-- @column agency_name 行政机关名称
SELECT
    f.report_key,
    f.year_key,
    a.name AS agency_name,
    a.province,
    r.scope,
    r.scope_basis,
    d.section,
    d.section_label,
    f.indicator,
    d.label,
    d.part_of,
    f.number,
    d.unit,
    f.yuan,
    f.status
FROM fact_statistics_2014 AS f
JOIN dim_indicator AS d USING (indicator)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
