"""Document -> Report: which grid is which table, numbers, title, year, sections, and every cell of the form.

Belongs here: reading a report out of a document. Keep out: file formats, agencies, judgement of the figures.
"""
