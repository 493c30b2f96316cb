-- about: release_candidate
-- Facts are projections: number and sum of what the long facts hold equal those of the cells they come from, for current
-- reports.
WITH projected AS (
    /* every long fact: SELECT '{fact}' AS fact, report_key, {value} AS number FROM {fact} */
),

source AS (
    /* every long fact: SELECT '{fact}' AS fact, '{table_id}' AS table_id */
),

fact AS (
    SELECT report_key, fact, count(number) AS numbers, coalesce(sum(number), 0) AS total
    FROM projected
    GROUP BY ALL
),

printed AS (
    SELECT c.report_key, s.fact, count(c.value) AS numbers, coalesce(sum(c.value), 0) AS total
    FROM cell AS c
    JOIN dim_report AS r USING (report_key)
    JOIN source AS s USING (table_id)
    WHERE c.is_statutory AND r.status = 'current'
    GROUP BY ALL
)

SELECT
    report_key,
    fact,
    f.numbers AS fact_numbers,
    p.numbers AS printed_numbers,
    f.total AS fact_total,
    p.total AS printed_total
FROM fact AS f
FULL JOIN printed AS p USING (report_key, fact)
WHERE f.numbers IS DISTINCT FROM p.numbers OR f.total IS DISTINCT FROM p.total
