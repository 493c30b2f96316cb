-- 各省各年覆盖率 How many counties have a report of their government, by province and year, and which have none?
WITH county AS (
    SELECT d.code, d.name, d.province_code, p.name AS province, y.year_key
    FROM dim_division AS d
    JOIN (SELECT DISTINCT year_key FROM dim_report WHERE year_key > 0) AS y
        ON d.valid_from <= y.year_key AND coalesce(d.valid_to, 9999) > y.year_key
    JOIN dim_division AS p ON p.code = d.province_code
        AND p.valid_from <= y.year_key AND coalesce(p.valid_to, 9999) > y.year_key
    WHERE d.level = 'county' AND d.is_official
),
covered AS (
    SELECT DISTINCT r.year_key, a.code
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    WHERE r.status = 'current' AND a.agency_type = 'government' AND a.level = 'county'
)
SELECT
    c.year_key,
    c.province,
    count(*) AS counties,
    count(v.code) AS with_report,
    round(count(v.code) / count(*), 4) AS share,
    list(c.name ORDER BY c.code) FILTER (WHERE v.code IS NULL)[1:20] AS first_without
FROM county AS c
LEFT JOIN covered AS v USING (year_key, code)
GROUP BY ALL
ORDER BY c.year_key, min(c.province_code)
