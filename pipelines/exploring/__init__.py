"""The explorer: pages in a browser on the current release, with the printed cell behind every number.

Belongs here: the queries behind the pages (one module per page, functions that return frames), how figures are
displayed, and the pages. Keep out: how a release is made, and any way to change one. The pages need streamlit
(`make explore`); the modules of queries do not.
"""
