-- about: dim_report
-- What a report says of its coverage is so: as many statutory cells of each status, and no more of them than its form has.
WITH counted AS (
    SELECT
        report_key,
        count(*) FILTER (WHERE status = 'value') AS cells_value,
        count(*) FILTER (WHERE status = 'blank') AS cells_blank,
        count(*) FILTER (WHERE status = 'nil_mark') AS cells_nil_mark,
        count(*) FILTER (WHERE status = 'text') AS cells_text,
        count(*) FILTER (WHERE status = 'ambiguous') AS cells_ambiguous,
        count(*) FILTER (WHERE status = 'absent') AS cells_absent
    FROM cell
    WHERE is_statutory
    GROUP BY report_key
)

SELECT r.report_key, r.cells_expected, r.cells_value, coalesce(c.cells_value, 0) AS counted
FROM dim_report AS r
LEFT JOIN counted AS c USING (report_key)
WHERE r.cells_value > r.cells_expected
    OR r.cells_value <> coalesce(c.cells_value, 0)
    OR r.cells_blank <> coalesce(c.cells_blank, 0)
    OR r.cells_nil_mark <> coalesce(c.cells_nil_mark, 0)
    OR r.cells_text <> coalesce(c.cells_text, 0)
    OR r.cells_ambiguous <> coalesce(c.cells_ambiguous, 0)
    OR r.cells_absent <> coalesce(c.cells_absent, 0)
