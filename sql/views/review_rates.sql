-- @zh 复议诉讼纠错率
-- @en Corrected share of decided cases by report and channel; decided: upheld, corrected and other results, without pending ones. NULL where nothing was decided.
-- @column agency_name 机关名称
-- @column corrected_cases 纠正件数 Numerator.
-- @column decided_cases 审结件数 Denominator.
-- @column total_cases 总计件数
-- @column corrected_rate 纠错率
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
FROM fact_report_figures AS f
CROSS JOIN LATERAL (
    VALUES
    ('reconsideration', f.reconsideration_corrected, f.reconsideration_decided, f.reconsideration_total),
    ('litigation_direct', f.litigation_direct_corrected, f.litigation_direct_decided, f.litigation_direct_total),
    (
        'litigation_after_reconsideration',
        f.litigation_after_reconsideration_corrected,
        f.litigation_after_reconsideration_decided,
        f.litigation_after_reconsideration_total
    )
) AS v (channel, corrected_cases, decided_cases, total_cases)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
