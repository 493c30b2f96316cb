-- about: fact_report_figures
-- The figures of a report are its facts: each sum of reasons and of decided cases, and the totals beside them.
WITH fact AS (
    SELECT
        report_key,
        max(cases) FILTER (WHERE line = 'received' AND applicant = 'total') AS received,
        max(cases) FILTER (WHERE line = 'received' AND applicant = 'natural_person') AS received_natural_person,
        max(cases) FILTER (WHERE line = 'outcome_total' AND applicant = 'total') AS outcome_total,
        CASE WHEN bool_and(cases IS NOT NULL) FILTER (WHERE line LIKE 'denied.%' AND applicant = 'total')
            THEN sum(cases) FILTER (WHERE line LIKE 'denied.%' AND applicant = 'total') END AS denied,
        CASE WHEN bool_and(cases IS NOT NULL) FILTER (WHERE line LIKE 'other_processing%' AND applicant = 'total')
            THEN sum(cases) FILTER (WHERE line LIKE 'other_processing%' AND applicant = 'total')
        END AS other_processing
    FROM fact_applications
    GROUP BY report_key
),

review AS (
    SELECT
        report_key,
        CASE WHEN bool_and(cases IS NOT NULL) THEN sum(cases) END AS decided
    FROM fact_reviews
    WHERE channel = 'reconsideration' AND result IN ('upheld', 'corrected', 'other_result')
    GROUP BY report_key
)

SELECT report_key, g.denied, f.denied AS sum_of_facts
FROM fact_report_figures AS g
FULL JOIN fact AS f USING (report_key)
FULL JOIN review AS v USING (report_key)
WHERE g.received IS DISTINCT FROM f.received
    OR g.received_natural_person IS DISTINCT FROM f.received_natural_person
    OR g.outcome_total IS DISTINCT FROM f.outcome_total
    OR g.denied IS DISTINCT FROM f.denied
    OR g.other_processing IS DISTINCT FROM f.other_processing
    OR g.reconsideration_decided IS DISTINCT FROM v.decided
