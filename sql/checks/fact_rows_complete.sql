-- about: release_candidate
-- Every fact has all rows that the form of a current report demands (a report that borrows a table of another form may
-- have more); a copy of another report has none.
WITH statutory AS (
    /* every statutory fact: SELECT '{fact}' AS fact, {is_long} AS is_long, {has_rows} AS has_rows */
),

demanded AS (
    SELECT
        c.form,
        c.fact,
        CASE WHEN s.is_long THEN count(*) WHEN s.has_rows THEN count(DISTINCT c.row_id) ELSE 1 END AS rows_demanded
    FROM dim_form_cell AS c
    JOIN statutory AS s USING (fact)
    GROUP BY c.form, c.fact, s.is_long, s.has_rows
),

found AS (
    /* every statutory fact: SELECT '{fact}' AS fact, report_key, count(*) AS facts FROM {fact} GROUP BY report_key */
)

SELECT r.report_key, r.form, r.status, d.fact, d.rows_demanded, coalesce(n.facts, 0) AS facts
FROM dim_report AS r
JOIN demanded AS d USING (form)
LEFT JOIN found AS n ON n.report_key = r.report_key AND n.fact = d.fact
WHERE r.status = 'current' AND coalesce(n.facts, 0) < d.rows_demanded
UNION ALL
SELECT r.report_key, r.form, r.status, n.fact, 0, n.facts
FROM found AS n
JOIN dim_report AS r USING (report_key)
WHERE r.status <> 'current'
