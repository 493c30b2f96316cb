"""Sources -> raw files: the portals declared in sources/*.yml, crawled politely, with a ledger of what was fetched.

Belongs here: which pages of a portal hold reports, and what became of each address. One folder for fetching
(`fetching`), one for reading lists (`listing`: a new portal family goes there). Keep out: where files lie and their
inventory (`raw`), reading what is in them (`reading`).
"""
