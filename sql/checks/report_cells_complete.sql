-- A report with statutory tables has every cell of its form: 58 on form 2014, 198 on form 2019, 200 on form 2021.
SELECT r.report_key, r.form, r.cells_expected, count(c.cell_path) AS cells
FROM dim_report AS r
LEFT JOIN dim_form_cell AS f USING (form)
LEFT JOIN cell AS c ON c.report_key = r.report_key AND c.cell_path = f.cell_path AND c.is_statutory
GROUP BY ALL
HAVING count(c.cell_path) <> r.cells_expected
