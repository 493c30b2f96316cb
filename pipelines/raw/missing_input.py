"""What a run stops for before it reads anything: input that was there, or must be there, and is not.

Belongs here: the exception that every such stop is. Keep out: how it is noticed (`collecting.recovery`, `warehouse`).
"""

from __future__ import annotations


class MissingInput(Exception):
    """Input is missing; `code` is one of the list publishing_stop, `detail` names the place and what is not there."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
