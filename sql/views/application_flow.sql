-- @zh 申请办理概况
-- @en One row per current report: applications received, carried over, answered, and the outcome by group. Total column of the form; NULL where a component has no number.
-- @column agency_name 行政机关名称
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
    r.scope_basis,
    r.form,
    f.received,
    f.carried_in,
    f.granted,
    f.partially_granted,
    f.denied,
    f.unable,
    f.not_processed,
    f.other_processing,
    f.outcome_total,
    f.carried_out
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
