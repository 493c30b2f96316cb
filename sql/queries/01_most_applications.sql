-- 收到申请最多的机关 Which agencies received most applications?
SELECT year_key, agency_name, received, carried_in, outcome_total, carried_out
FROM application_flow
WHERE received IS NOT NULL
ORDER BY received DESC, agency_name
LIMIT 20
