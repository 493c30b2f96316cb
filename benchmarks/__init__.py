"""Measurements of speed, memory and correctness on generated files, against other readers on the same files.

Belongs here: corpora made from a seed, contestants, the clock, the printed tables. Keep out: tests (they judge one
file at a time), anything the pipelines import, and files of real agencies.
"""
