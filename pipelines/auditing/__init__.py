"""Rules -> evaluations and findings. A rule is an entry in rules/*.yml; formulas work on whole frames of cells.

Where a rule is: its entry in rules/<subject>.yml, with its severity, its Chinese text (`zh`), its condition, and under
`examples` a report that passes and one that fails; a new rule is a new entry there and nothing else. `rule_kinds` says
which keys each kind has, `patterns` what the names in cell paths stand for, `conditions` what SQL may name. A rule
applies to every form that has the cells and roles it names (`binding`). What is wrong in a file fails when it is read
(`rule_checks`), and tests run every example.

Belongs here: what an expert checks. Keep out: files, grids and how cells were read. A published value is never changed.
"""

from pipelines.auditing.rule_cells import rule_cells_frame
from pipelines.auditing.rule_kinds import Rule
from pipelines.auditing.rule_table import rules_frame
from pipelines.auditing.rules_file import RULES

__all__ = ["RULES", "Rule", "rule_cells_frame", "rules_frame"]
