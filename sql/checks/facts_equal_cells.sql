-- Facts are projections: number and sum of cases equal those of the cells they come from, for current reports.
WITH fact AS (
    SELECT report_key, count(cases) AS numbers, coalesce(sum(cases), 0) AS total
    FROM (SELECT report_key, cases FROM fact_applications UNION ALL SELECT report_key, cases FROM fact_reviews
        UNION ALL SELECT report_key, number FROM fact_statistics_2014)
    GROUP BY ALL
),

printed AS (
    SELECT report_key, count(value) AS numbers, coalesce(sum(value), 0) AS total
    FROM cell
    JOIN dim_report AS r USING (report_key)
    WHERE is_statutory AND table_id IN ('applications', 'reviews', 'stat2014') AND r.status = 'current'
    GROUP BY ALL
)

SELECT report_key, f.numbers AS fact_numbers, p.numbers AS printed_numbers, f.total AS fact_total, p.total AS printed_total
FROM fact AS f
FULL JOIN printed AS p USING (report_key)
WHERE f.numbers IS DISTINCT FROM p.numbers OR f.total IS DISTINCT FROM p.total
