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
    f.channel,
    max(f.cases) FILTER (WHERE f.result = 'corrected') AS corrected_cases,
    CASE WHEN count(f.cases) FILTER (WHERE f.result IN ('upheld', 'corrected', 'other_result')) = 3
        THEN sum(f.cases) FILTER (WHERE f.result IN ('upheld', 'corrected', 'other_result'))::BIGINT
    END AS decided_cases,
    max(f.cases) FILTER (WHERE f.result = 'total') AS total_cases,
    max(f.cases) FILTER (WHERE f.result = 'corrected')
        / nullif(CASE WHEN count(f.cases) FILTER (WHERE f.result IN ('upheld', 'corrected', 'other_result')) = 3
            THEN sum(f.cases) FILTER (WHERE f.result IN ('upheld', 'corrected', 'other_result'))::BIGINT
        END, 0) AS corrected_rate
FROM fact_reviews AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
GROUP BY ALL
