"""Pages of one report that are picture files of their own, with or without the page that shows them.

Belongs here: which pictures follow each other, how they are handed on as one content, and reading that. Keep out:
pixels (`scan`), and where the pictures lie (`raw`).
"""
