"""The explorer: pages in a browser on the current release, with the printed cell behind every number.

Belongs here: questions that the pages ask (one module per page, as functions that return frames), how answers look, and
the pages. Keep out: how a release is made, and any way to change one. Needs streamlit (`make explore`); the modules of
questions do not.
"""
