"""Statutory tables: rows of grids and text -> raw tables under their labels -> the cells of a form.

Belongs here: which label a cell is, which column and row a number stands in, or that nobody can tell. Keep out: file
formats (`reading`), prose (`extracting.narrative`), the forms themselves (`forms`).
"""
