"""What an office needs that writes or collects reports and has no warehouse: files in, what to put right out.

Belongs here: reports as an office handles them, before they are published. Keep out: releases and what is asked of them
(`releases`, `exporting`, `exploring`); how anything is printed on a terminal (`commands`).
"""
