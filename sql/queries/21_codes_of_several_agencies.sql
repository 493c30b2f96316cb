-- 同一代码下的多个行政机关 Under which printed code do reports of several agencies stand: one renamed, one unclear, or a portal's code?
WITH coded AS (
    SELECT
        -- Places 9-17 of the code are the organisation code that older index numbers begin with.
        CASE WHEN length(r.agency_code) = 18 THEN substr(r.agency_code, 9, 9) ELSE r.agency_code END AS organisation_code,
        r.agency_code,
        r.year_key,
        r.agency_status,
        r.status,
        r.title,
        a.agency_key,
        a.name,
        concat_ws(' ', a.province, a.prefecture, a.county, a.township) AS place
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    WHERE r.agency_code IS NOT NULL
)
SELECT
    organisation_code,
    max(agency_code) AS agency_code,
    count(DISTINCT agency_key) AS agencies,
    count(*) FILTER (status = 'current' AND agency_status IN ('ambiguous', 'unresolved')) AS unclear_reports,
    list(
        {
            'year': year_key,
            'status': agency_status,
            'agency': name,
            'place': place,
            'title': title,
            'report_status': status
        }
        ORDER BY year_key, agency_status, name, place, title, status
    ) AS reports
FROM coded
GROUP BY organisation_code
HAVING count(DISTINCT agency_key) > 1
ORDER BY unclear_reports DESC, agencies DESC, organisation_code
LIMIT 500
