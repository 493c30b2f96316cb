-- Every fact refers to a report, an agency and a year that exist.
WITH fact AS (
    SELECT 'fact_item_1_documents' AS source, report_key, agency_sk, year_key FROM fact_item_1_documents
    UNION ALL SELECT 'fact_item_5_licensing', report_key, agency_sk, year_key FROM fact_item_5_licensing
    UNION ALL SELECT 'fact_item_6_enforcement', report_key, agency_sk, year_key FROM fact_item_6_enforcement
    UNION ALL SELECT 'fact_item_8_fees', report_key, agency_sk, year_key FROM fact_item_8_fees
    UNION ALL SELECT 'fact_item_9_procurement', report_key, agency_sk, year_key FROM fact_item_9_procurement
    UNION ALL SELECT 'fact_applications', report_key, agency_sk, year_key FROM fact_applications
    UNION ALL SELECT 'fact_reviews', report_key, agency_sk, year_key FROM fact_reviews
    UNION ALL SELECT 'fact_statistics_2014', report_key, agency_sk, year_key FROM fact_statistics_2014
    UNION ALL SELECT 'fact_report_figures', report_key, agency_sk, year_key FROM fact_report_figures
)

SELECT f.*
FROM fact AS f
LEFT JOIN dim_report AS r
    ON r.report_key = f.report_key AND r.agency_sk = f.agency_sk AND r.year_key = f.year_key
LEFT JOIN dim_agency AS a ON a.agency_sk = f.agency_sk
LEFT JOIN dim_year AS y ON y.year_key = f.year_key
WHERE r.report_key IS NULL OR a.agency_sk IS NULL OR y.year_key IS NULL
