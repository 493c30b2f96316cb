"""JSON and JavaScript -> blocks: what interfaces of portals answer, and what scripts of pages hold as text.

Belongs here: values, literals and their escapes, which of them is a text and which its title. Keep out: how markup in
them is read (`html`).
"""
