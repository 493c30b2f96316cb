-- 报告质量排行 League table of report quality: errors and warnings per report, by province and type of agency.
SELECT
    coalesce(nullif(province, ''), '未识别') AS province,
    coalesce(nullif(agency_type, ''), '未识别') AS agency_type,
    year_key,
    sum(reports) AS reports,
    sum(errors) AS errors,
    sum(warnings) AS warnings,
    round(sum(errors) / sum(reports), 2) AS errors_per_report,
    round(sum(sound_reports) / sum(reports), 4) AS share_without
FROM sum_reports
GROUP BY ALL
ORDER BY errors_per_report DESC, reports DESC, province, agency_type, year_key
