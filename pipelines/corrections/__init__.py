"""Corrections by hand, as data that expires: of a report's agency (agencies.yml) and of a printed number (cells.yml).

Belongs here: the entries, what both kinds share (`correction`), and what each says. Keep out: what an entry does to a
report (`agencies.assigning`) or says beside a cell (`auditing.corrected_cells`).
"""
