"""Rules -> evaluations and findings. A rule is an entry in rules/*.yml; formulas work on whole frames of cells.

Belongs here: what an expert checks. Keep out: files, grids and how cells were read. A published value is never changed.
"""

from pipelines.auditing.rule_cells import rule_cells_frame
from pipelines.auditing.rule_kinds import Rule
from pipelines.auditing.rules_file import RULES, rules_frame

__all__ = ["RULES", "Rule", "rule_cells_frame", "rules_frame"]
