-- Facts have all rows of a current report's form: 161 or 175 applications, 15 reviews, 2 document types, 58 indicators.
-- A copy of another report has none.
WITH expected (form, applications, reviews, documents, indicators) AS (
    VALUES ('2019', 161, 15, 2, 0), ('2021', 175, 15, 2, 0), ('2014', 0, 0, 0, 58), ('narrative', 0, 0, 0, 0)
)

SELECT r.report_key, r.form, r.status, e.applications, a.facts AS found
FROM dim_report AS r
JOIN expected AS e USING (form)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_applications GROUP BY ALL) AS a USING (report_key)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_reviews GROUP BY ALL) AS v USING (report_key)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_item_1_documents GROUP BY ALL) AS d USING (report_key)
LEFT JOIN (SELECT report_key, count(*) AS facts FROM fact_statistics_2014 GROUP BY ALL) AS s USING (report_key)
WHERE coalesce(a.facts, 0) <> CASE WHEN r.status = 'current' THEN e.applications ELSE 0 END
    OR coalesce(v.facts, 0) <> CASE WHEN r.status = 'current' THEN e.reviews ELSE 0 END
    OR coalesce(d.facts, 0) <> CASE WHEN r.status = 'current' THEN e.documents ELSE 0 END
    OR coalesce(s.facts, 0) <> CASE WHEN r.status = 'current' THEN e.indicators ELSE 0 END
