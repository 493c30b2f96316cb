"""Figures in the text of a report: which number a sentence states for which measure of the form.

Belongs here: sentences, their numbers and what they mean. Keep out: tables; whether text and table agree (`auditing`).
"""
