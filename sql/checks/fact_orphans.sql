-- about: release_candidate
-- Every fact refers to a report, an agency and a year that exist.
WITH fact AS (
    /* every fact: SELECT '{fact}' AS source, report_key, agency_sk, year_key FROM {fact} */
)

SELECT f.*
FROM fact AS f
LEFT JOIN dim_report AS r
    ON r.report_key = f.report_key AND r.agency_sk = f.agency_sk AND r.year_key = f.year_key
LEFT JOIN dim_agency AS a ON a.agency_sk = f.agency_sk
LEFT JOIN dim_year AS y ON y.year_key = f.year_key
WHERE r.report_key IS NULL OR a.agency_sk IS NULL OR y.year_key IS NULL
