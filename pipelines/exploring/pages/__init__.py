"""The pages: what is asked, chosen and shown. Keep out: queries, and text of reports that is not escaped."""
