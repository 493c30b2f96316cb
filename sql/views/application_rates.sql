-- @zh 申请办理比率
-- @en Rates of each current report with numerator and denominator; NULL where the denominator is 0 or NULL. The denominator is the stage outcome_total (办理结果总计) as printed.
-- @column agency_name 行政机关名称
-- @column granted_cases 公开件数 Numerator: granted and partially granted.
-- @column denied_cases 不予公开件数 Numerator: denied, eight reasons.
-- @column outcome_cases 办结件数 Denominator: outcome_total.
-- @column granted_rate 公开率
-- @column denied_rate 不予公开率
-- @column natural_person_cases 自然人申请件数 Numerator: received from natural persons.
-- @column received_cases 新收件数 Denominator: received.
-- @column natural_person_share 自然人占比
SELECT
    r.report_key,
    r.year_key,
    a.name AS agency_name,
    a.province,
    r.scope,
    r.scope_basis,
    r.form,
    f.granted + f.partially_granted AS granted_cases,
    f.denied AS denied_cases,
    f.outcome_total AS outcome_cases,
    (f.granted + f.partially_granted) / nullif(f.outcome_total, 0) AS granted_rate,
    f.denied / nullif(f.outcome_total, 0) AS denied_rate,
    f.received_natural_person AS natural_person_cases,
    f.received AS received_cases,
    f.received_natural_person / nullif(f.received, 0) AS natural_person_share
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
