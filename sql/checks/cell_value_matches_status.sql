-- about: cell
-- A cell has a number exactly when its status is value; yuan only beside a number.
SELECT report_key, cell_path, status, value, yuan
FROM cell
WHERE (status = 'value') <> (value IS NOT NULL) OR (yuan IS NOT NULL AND value IS NULL)
