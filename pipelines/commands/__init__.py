"""What the commands of `gongkai` take and print, one file a group of commands; `pipelines.cli` puts them together.

Belongs here: options, tables on a terminal, lines in a pipe, exit codes. Keep out: how anything is done.
"""
