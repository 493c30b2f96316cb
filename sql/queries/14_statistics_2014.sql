-- 2014年格式：主动公开与申请答复 What did reports on form 2014 state, with the share of each channel?
SELECT
    s.year_key,
    s.agency_name,
    a.province,
    a.prefecture,
    s.report_key,
    max(s.number) FILTER (WHERE s.indicator = 'disclosure.items') AS items,
    max(s.number) FILTER (WHERE s.indicator = 'disclosure.channel.website')
        / nullif(max(s.number) FILTER (WHERE s.indicator = 'disclosure.items'), 0) AS website_share,
    max(s.number) FILTER (WHERE s.indicator = 'requests.received') AS requests_received,
    max(s.number) FILTER (WHERE s.indicator = 'requests.answered') AS requests_answered,
    max(s.yuan) FILTER (WHERE s.indicator = 'capacity.budget') AS budget_yuan
FROM statistics_2014 AS s
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a USING (agency_sk)
WHERE s.indicator IN (
    'disclosure.items', 'disclosure.channel.website', 'requests.received', 'requests.answered', 'capacity.budget'
)
GROUP BY ALL
ORDER BY s.year_key, items DESC NULLS LAST, s.report_key
