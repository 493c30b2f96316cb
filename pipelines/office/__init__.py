"""What an office needs before reports are published: the blank form to fill in, and what to put right in those it got.

Belongs here: reports as an office handles them, without a warehouse; the form as it is printed (`printed_form`), one
writer a file format; who must report (`roster`), what came of it (`coverage`), what changed since the last round
(`rounds`), and the files that it is given (`outputs`). Keep out: which forms, labels and rules there are (`forms`,
`auditing`), how files are read (`reading`), how anything is printed on a terminal (`commands`). Nothing here decides
what a release holds.
"""
