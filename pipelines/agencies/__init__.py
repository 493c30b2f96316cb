"""Printed name + year (+ host, path and text as evidence) -> agency, from the gazetteer of administrative divisions.

Belongs here: which agency a report is of, its type, level and scope, and the candidates where several remain. Keep out:
cells and figures. A name that no rule can get right is set by hand in corrections.yml.
"""
