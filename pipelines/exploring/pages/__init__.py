"""The pages: what a visitor chooses, and what is drawn from it.

Belongs here: widgets, tables, charts and links of one page each. Keep out: queries (`exploring`), and text of reports
that is not escaped.
"""
