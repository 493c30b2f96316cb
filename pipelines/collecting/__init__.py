"""Where raw files come from: the inbox data/raw/<year>/ and its inventory.

Belongs here: finding, naming and hashing files. Keep out: reading what is in them.
"""
