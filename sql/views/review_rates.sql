-- @zh 复议诉讼结果纠正率
-- @en Corrected share of decided cases by report and channel; decided: upheld, corrected and other results, without pending ones. NULL where nothing was decided.
-- @column agency_name 行政机关名称
-- @column corrected_cases 结果纠正件数 Numerator.
-- @column decided_cases 审结件数 Denominator.
-- @column total_cases 总计件数
-- @column corrected_rate 结果纠正率
-- One branch for each channel, so that a question of one agency or year reads its rows alone.
SELECT
    r.report_key,
    r.year_key,
    a.name AS agency_name,
    a.province,
    r.scope,
    r.scope_basis,
    v.channel,
    v.corrected_cases,
    v.decided_cases,
    v.total_cases,
    v.corrected_cases / nullif(v.decided_cases, 0) AS corrected_rate
FROM (
    SELECT
        report_key,
        'reconsideration' AS channel,
        reconsideration_corrected AS corrected_cases,
        reconsideration_decided AS decided_cases,
        reconsideration_total AS total_cases
    FROM fact_report_figures
    UNION ALL
    SELECT
        report_key,
        'litigation_direct',
        litigation_direct_corrected,
        litigation_direct_decided,
        litigation_direct_total
    FROM fact_report_figures
    UNION ALL
    SELECT
        report_key,
        'litigation_after_reconsideration',
        litigation_after_reconsideration_corrected,
        litigation_after_reconsideration_decided,
        litigation_after_reconsideration_total
    FROM fact_report_figures
) AS v
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
