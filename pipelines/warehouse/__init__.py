"""Frames -> Parquet -> DuckDB release: building, checking, publishing.

Belongs here: how tables are made from extracted cells and become a release. Keep out: reading reports, judging figures.
"""
