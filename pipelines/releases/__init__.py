"""A published release as its readers need it: where it lies, its manifest, opening, comparing and tracing.

Belongs here: what a reader of a release needs, and nothing more: duckdb and the names of the contracts. Keep out: how a
release is built (`warehouse`), how reports are read, polars and pandera; `import pipelines.releases` stays cheap.
"""
