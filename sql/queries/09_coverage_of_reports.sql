-- 报告完整程度 How completely were the reports read, by year and form?
SELECT
    year_key,
    form,
    sum(reports) AS reports,
    sum(cells_expected) AS cells_expected,
    sum(cells_value) AS cells_value,
    sum(cells_blank) AS cells_blank,
    sum(cells_ambiguous) AS cells_ambiguous,
    sum(cells_absent) AS cells_absent
FROM sum_reports
GROUP BY ALL
ORDER BY year_key, form
