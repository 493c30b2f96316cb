-- @zh 申请办理比率
-- @en Rates of each current report with numerator and denominator; NULL where the denominator is 0 or NULL. The denominator is the stage outcome_total (办理结果总计) as printed.
-- @column agency_name 机关名称
-- @column granted_cases 公开件数 Numerator: granted and partially granted.
-- @column denied_cases 不予公开件数 Numerator: denied, eight reasons.
-- @column outcome_cases 办结件数 Denominator: outcome_total.
-- @column granted_rate 公开率
-- @column denied_rate 不予公开率
-- @column natural_person_cases 自然人申请件数 Numerator: received from natural persons.
-- @column received_cases 新收件数 Denominator: received.
-- @column natural_person_share 自然人占比
SELECT
    w.report_key,
    w.year_key,
    w.agency_name,
    w.province,
    w.scope,
    w.form,
    w.granted + w.partially_granted AS granted_cases,
    w.denied AS denied_cases,
    w.outcome_total AS outcome_cases,
    (w.granted + w.partially_granted) / nullif(w.outcome_total, 0) AS granted_rate,
    w.denied / nullif(w.outcome_total, 0) AS denied_rate,
    n.cases AS natural_person_cases,
    w.received AS received_cases,
    n.cases / nullif(w.received, 0) AS natural_person_share
FROM application_flow AS w
JOIN fact_applications AS n
    ON n.report_key = w.report_key AND n.line = 'received' AND n.applicant = 'natural_person'
