-- about: cell
-- A report with statutory tables has every cell of its form: 58 on form 2014, 198 on form 2019, 200 on form 2021.
WITH there AS (
    SELECT c.report_key, count(*) AS cells
    FROM cell AS c
    JOIN dim_report AS r USING (report_key)
    JOIN dim_form_cell AS f ON f.form = r.form AND f.cell_path = c.cell_path
    WHERE c.is_statutory
    GROUP BY c.report_key
)

SELECT r.report_key, r.form, r.cells_expected, coalesce(t.cells, 0) AS cells
FROM dim_report AS r
LEFT JOIN there AS t USING (report_key)
WHERE coalesce(t.cells, 0) <> r.cells_expected
