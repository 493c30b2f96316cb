-- about: cell
-- Every cell that is printed leads to its place in the file.
SELECT report_key, cell_path, status
FROM cell
WHERE status <> 'absent' AND (grid IS NULL OR grid_row IS NULL OR grid_col IS NULL)
