"""Name + year (+ hints) -> agency. Until the gazetteer is built every report has an unresolved agency of its own.

Belongs here: which agency a report is of. Keep out: cells and figures.
"""
