-- about: raw_file_location
-- Every location ends in exactly one outcome: parsed files have reports, all others a reason.
SELECT l.location, l.outcome, l.reason, f.reports
FROM raw_file_location AS l
LEFT JOIN raw_file AS f USING (file_sha256)
WHERE (l.outcome = 'parsed' AND coalesce(f.reports, 0) = 0)
    OR (l.outcome <> 'parsed' AND l.reason IS NULL)
    OR (l.outcome = 'parsed' AND f.file_sha256 IS NULL)
