-- @zh 申请办理概况
-- @en One row per current report: applications received, carried over, answered, and the outcome by group. Total column of the form; NULL where a component has no number.
-- @column agency_name 机关名称
-- @column received 本年新收
-- @column carried_in 上年结转
-- @column granted 予以公开
-- @column partially_granted 部分公开
-- @column denied 不予公开 Sum of eight reasons.
-- @column unable 无法提供 Sum of three reasons.
-- @column not_processed 不予处理 Sum of five reasons.
-- @column other_processing 其他处理 One row on form 2019, sum of three on form 2021.
-- @column outcome_total 办理结果总计
-- @column carried_out 结转下年度
SELECT
    r.report_key,
    r.year_key,
    r.agency_sk,
    a.name AS agency_name,
    a.province,
    r.scope,
    r.form,
    max(f.cases) FILTER (WHERE f.line = 'received') AS received,
    max(f.cases) FILTER (WHERE f.line = 'carried_in') AS carried_in,
    max(f.cases) FILTER (WHERE f.line = 'granted') AS granted,
    max(f.cases) FILTER (WHERE f.line = 'partially_granted') AS partially_granted,
    CASE WHEN count(f.cases) FILTER (WHERE d.line_group = 'denied') = 8
        THEN sum(f.cases) FILTER (WHERE d.line_group = 'denied')::BIGINT END AS denied,
    CASE WHEN count(f.cases) FILTER (WHERE d.line_group = 'unable') = 3
        THEN sum(f.cases) FILTER (WHERE d.line_group = 'unable')::BIGINT END AS unable,
    CASE WHEN count(f.cases) FILTER (WHERE d.line_group = 'not_processed') = 5
        THEN sum(f.cases) FILTER (WHERE d.line_group = 'not_processed')::BIGINT END AS not_processed,
    CASE WHEN count(f.cases) FILTER (WHERE f.line LIKE 'other_processing%')
            = count(*) FILTER (WHERE f.line LIKE 'other_processing%')
        THEN sum(f.cases) FILTER (WHERE f.line LIKE 'other_processing%')::BIGINT END AS other_processing,
    max(f.cases) FILTER (WHERE f.line = 'outcome_total') AS outcome_total,
    max(f.cases) FILTER (WHERE f.line = 'carried_out') AS carried_out
FROM fact_applications AS f
JOIN dim_application_line AS d USING (line)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE f.applicant = 'total' AND r.status = 'current' AND r.year_key > 0
GROUP BY ALL
