-- 政府集中采购每项目金额 The 500 largest procurements: yuan per project, the printed amount and how its unit was read.
WITH largest AS (
    SELECT * FROM fact_item_9_procurement WHERE project_count > 0 AND year_key > 0
    ORDER BY total_amount_yuan DESC NULLS LAST, report_key LIMIT 500
)
SELECT
    f.year_key,
    a.name AS agency_name,
    f.project_count,
    f.total_amount_yuan,
    round(f.total_amount_yuan / nullif(f.project_count, 0), 2) AS yuan_per_project,
    p.raw_text AS printed_amount,
    f.unit_source
FROM largest AS f
JOIN dim_agency AS a USING (agency_sk)
JOIN printed_amount AS p ON p.report_key = f.report_key AND p.year_key = f.year_key
    AND p.cell_path = 'procurement.centralized_procurement.total_amount'
ORDER BY f.total_amount_yuan DESC NULLS LAST, agency_name, f.report_key
