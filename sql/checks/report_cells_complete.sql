-- A report with statutory tables has every cell of its form once: 58 on form 2014, 198 on form 2019, 200 on form 2021.
SELECT r.report_key, r.form, r.cells_expected, count(c.report_key) AS cells
FROM dim_report AS r
LEFT JOIN cell AS c ON c.report_key = r.report_key AND c.is_statutory
GROUP BY ALL
HAVING count(c.report_key) <> r.cells_expected
