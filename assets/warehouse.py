"""The assets and checks that a run of the warehouse materialises: `gongkai run` loads these and no others."""

from assets.audit import findings_by_severity
from assets.extraction import extracted_reports
from assets.raw import raw_files
from assets.release import candidate_checks, release, release_candidate, stored_release
from assets.star import tables

# The run of all of it, from the command line and from the UI.
JOB = "warehouse_job"
WAREHOUSE_ASSETS = [raw_files, extracted_reports, tables, release_candidate, release, stored_release]
WAREHOUSE_CHECKS = [candidate_checks, findings_by_severity]
