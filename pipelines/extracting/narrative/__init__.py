"""Figures in the text of a report: which number a sentence states for which measure of the forms.

A file of words (`documents.yml`) stands beside the module of the same name, which asks them in order. Each entry has
examples that the tests read: a phrase that is not understood is a word more there, with a sentence that shows it.
Belongs here: sentences, their numbers and what they mean. Keep out: tables; whether text and table agree (`auditing`);
the measures themselves (`forms.measures`).
"""
