-- @zh 申请件数（政府汇总）
-- @en Applications of governments' summaries (a government with its departments and what lies below), leaf lines and applicants only (no totals), stage named. Sum one stage and one level at a time: a province's summary contains its cities'. Never add them to applications_additive. scope_basis tells which summaries are only presumed by law.
-- @column agency_name 行政机关名称
-- Governments alone: the summary of a department's line (all customs, all tax offices of a province) and that of a place
-- share cases, so that one sum cannot hold both.
SELECT
    f.report_key,
    f.year_key,
    a.name AS agency_name,
    a.province,
    a.level,
    r.scope,
    r.scope_basis,
    d.stage,
    d.line_group,
    f.line,
    d.label,
    f.applicant,
    f.cases
FROM fact_applications AS f
JOIN dim_application_line AS d USING (line)
JOIN dim_applicant AS p USING (applicant)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0 AND r.scope = 'summary' AND a.agency_type = 'government'
    AND NOT d.is_total AND NOT p.is_total AND f.status = 'value'
