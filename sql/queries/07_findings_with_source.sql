-- 审核发现及出处 Findings with the file and the printed cell they lead to.
SELECT severity, year_key, agency_name, rule, message, raw_text, location, line_number, cell_path
FROM finding_source
WHERE severity IN ('error', 'warning')
ORDER BY severity, year_key, agency_name, rule, cell_path
