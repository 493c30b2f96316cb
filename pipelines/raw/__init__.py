"""Raw files: the inbox data/raw/<year>/ with its inventory, and the store of collected files by content.

Belongs here: bytes as they came, their hashes and places. Keep out: fetching (`collecting`), reading (`reading`).
"""
