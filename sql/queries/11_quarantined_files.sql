-- 未入库的文件 Files that were not loaded, why, and what to do about it: 500 of them.
SELECT l.location, l.outcome, l.reason, c.label_zh, c.label_en, c.advice_zh, c.advice_en, l.detail, l.detail_zh
FROM raw_file_location AS l
LEFT JOIN code_list AS c ON c.code_list = 'outcome_reason' AND c.code = l.reason
WHERE l.outcome <> 'parsed'
ORDER BY l.outcome, l.reason, l.location
LIMIT 500
