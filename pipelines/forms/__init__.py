"""The statutory forms as data (one YAML file per form) and the matching of printed labels against them.

Belongs here: what a form is, how a label is normalised and recognised. Keep out: file formats, values, grids.
"""

from pipelines.forms.form import FORMS, Column, Form, Group, Row, Table, form
from pipelines.forms.statistics import ALL_FORMS

__all__ = ["ALL_FORMS", "FORMS", "Column", "Form", "Group", "Row", "Table", "form"]
