-- @zh 申请件数（可加总）
-- @en Applications that may be added over agencies: own figures only, leaf lines and applicants only (no totals), stage named. Sum one stage at a time. A summary holds the figures of these agencies once more, and a report of unknown scope may be one: neither is here.
-- @column agency_name 行政机关名称
-- Own reports alone: a government's summary contains the cases of its departments, towns and counties, so that adding
-- it to theirs counts a case twice; whether a report of unknown scope does, nobody knows.
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
WHERE r.status = 'current' AND r.year_key > 0 AND r.scope = 'own'
    AND NOT d.is_total AND NOT p.is_total AND f.status = 'value'
