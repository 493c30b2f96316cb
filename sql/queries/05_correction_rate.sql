-- 行政复议、诉讼纠错率 How often were decisions corrected, by channel and year?
SELECT
    year_key,
    channel,
    sum(corrected_cases) AS corrected_cases,
    sum(decided_cases) AS decided_cases,
    round(sum(corrected_cases) / nullif(sum(decided_cases), 0), 4) AS corrected_rate
FROM review_rates
WHERE corrected_cases IS NOT NULL AND decided_cases IS NOT NULL AND scope = 'own'
GROUP BY ALL
ORDER BY year_key, channel
