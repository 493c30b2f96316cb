-- 行政复议、行政诉讼结果纠正率 How often were decisions corrected, by channel and year?
SELECT
    year_key,
    replace(rate, '_corrected', '') AS channel,
    sum(numerator) AS corrected_cases,
    sum(denominator) AS decided_cases,
    round(sum(numerator) / nullif(sum(denominator), 0), 4) AS corrected_rate
FROM sum_rates
WHERE rate LIKE '%_corrected' AND scope = 'own'
GROUP BY ALL
ORDER BY year_key, channel
