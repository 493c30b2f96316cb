-- Facts have all rows of the report's form: 161 or 175 applications, 15 reviews, 2 document types.
WITH expected (form, applications, reviews, documents) AS (
    VALUES ('2019', 161, 15, 2), ('2021', 175, 15, 2), ('narrative', 0, 0, 0)
)

SELECT r.report_key, r.form, e.applications, a.facts AS found
FROM dim_report AS r
JOIN expected AS e USING (form)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_applications GROUP BY ALL) AS a USING (report_key)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_reviews GROUP BY ALL) AS v USING (report_key)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_item_1_documents GROUP BY ALL) AS d USING (report_key)
WHERE coalesce(a.facts, 0) <> e.applications
    OR coalesce(v.facts, 0) <> e.reviews
    OR coalesce(d.facts, 0) <> e.documents
