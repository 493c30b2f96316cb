-- @zh 政府集中采购
-- @en Procurement by current report of form 2019, with yuan per project; NULL where the amount has no yuan value or there is no project.
-- @column agency_name 行政机关名称
-- @column printed_amount 采购总金额原文
-- @column yuan_per_project 每项目金额（元）
SELECT
    f.report_key,
    f.year_key,
    a.name AS agency_name,
    a.province,
    r.scope,
    r.scope_basis,
    f.project_count,
    f.total_amount_yuan,
    f.unit_source,
    c.raw_text AS printed_amount,
    round(f.total_amount_yuan / nullif(f.project_count, 0), 2) AS yuan_per_project
FROM fact_item_9_procurement AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
JOIN printed_amount AS c ON c.report_key = f.report_key AND c.year_key = f.year_key
    AND c.cell_path = 'procurement.centralized_procurement.total_amount'
WHERE r.status = 'current' AND r.year_key > 0
