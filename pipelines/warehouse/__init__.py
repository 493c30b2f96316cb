"""Extracted cells -> tables -> Parquet -> DuckDB release: building, checking, publishing.

Belongs here: what a table is made from (`star`), which of several files counts (`report_sources`), and how tables
become a release. Keep out: reading reports, evaluating figures (`auditing`), what a reader needs (`releases`).
"""
