"""A release -> files that analysts open elsewhere: Parquet, CSV, Excel, Stata, a data package, each with a codebook.

Belongs here: which rows an export holds and how each format writes them. Keep out: what the tables mean (contracts)
and how they are built (warehouse).
"""
