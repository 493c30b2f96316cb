-- 未能载入的文件 Files that were not loaded, and why.
SELECT location, outcome, reason, detail
FROM raw_file_location
WHERE outcome <> 'parsed'
ORDER BY outcome, reason, location
