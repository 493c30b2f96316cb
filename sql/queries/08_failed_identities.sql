-- 勾稽关系不成立的报告 Identities that fail: both sides and the difference.
SELECT year_key, agency_name, rule, cell_path, left_value, right_value, difference, location
FROM finding_source
WHERE severity = 'error' AND difference IS NOT NULL
ORDER BY abs(difference) DESC, agency_name, rule, cell_path
