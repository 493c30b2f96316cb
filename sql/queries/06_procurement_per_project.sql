-- 政府集中采购每项目金额 Procurement per project, with the printed amount and how its unit was read.
SELECT year_key, agency_name, project_count, total_amount_yuan, yuan_per_project, printed_amount, unit_source
FROM procurement_projects
WHERE project_count > 0
ORDER BY total_amount_yuan DESC NULLS LAST, agency_name
