"""A release -> files that analysts open elsewhere: CSV with a byte order mark, Parquet.

Belongs here: formats of exports. Keep out: what the tables mean (contracts) and how they are built (warehouse).
"""
