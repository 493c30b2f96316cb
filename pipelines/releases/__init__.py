"""A published release as its readers need it: where it lies, its manifest, opening, comparing and tracing.

Belongs here: what a reader of a release needs, and nothing more: duckdb, and the names of tables and columns. Keep out:
how a release is built (`warehouse`), how reports are read, frames, and any import of contracts, polars or pandera:
opening a release costs little more than duckdb itself (`benchmarks.opening`).
"""
