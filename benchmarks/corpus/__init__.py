"""Reports made from a seed, every cell known: what they hold, what happens to them, how each format prints them.

Belongs here: figures, layouts, damages, and one writer per file format. Keep out: clocks and verdicts of a
benchmark, anything the pipelines import, and files of real agencies. Tests use the same reports.
"""
