-- 报告质量排行 League table of report quality: errors and warnings per report, by province and type of agency.
SELECT
    coalesce(province, '未识别') AS province,
    coalesce(agency_type, '未识别') AS agency_type,
    year_key,
    count(*) AS reports,
    sum(errors) AS errors,
    sum(warnings) AS warnings,
    round(avg(errors), 2) AS errors_per_report,
    round(count(*) FILTER (WHERE errors = 0 AND warnings = 0) / count(*), 4) AS share_without
FROM report_overview
GROUP BY ALL
ORDER BY errors_per_report DESC, reports DESC, province, agency_type, year_key
