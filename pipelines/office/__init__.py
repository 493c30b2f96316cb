"""What an office needs before a report is published: the blank statutory form of a year, to be filled and read back.

Belongs here: the form as it is printed (`printed_form`), one writer a file format (`form_docx`, `form_xlsx`,
`form_html`), what adds up in it (`identities`). Keep out: which forms, labels and rules there are (forms, auditing),
how files are read (reading), options and exit codes (commands). Nothing here decides what a release holds.
"""
