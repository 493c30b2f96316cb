"""Every sentence that people read, once, in both languages: `message("releases.no_release", folder=folder)`.

A file is a stage, and a code its name and that of an entry in it. An entry that tells of a failure has a `remedy`: what
to do. Which language is chosen: `gongkai --language`, else GONGKAI_LANG, else the locale (LC_ALL, LC_MESSAGES, LANG),
else English. Where a code list (`contracts.codes`) says it, that is the message: nothing of it stands here again.
Belongs here: sentences, and which language they are in. Keep out: when each is said; how it is printed
(`commands.terminal`).
"""

from pipelines.language import LANGUAGE_SWITCH, LANGUAGES, Language, choose, chosen
from pipelines.messages.kept import Kept, KeptError, detail_columns, kept, kept_together, retold
from pipelines.messages.saying import UnknownMessage, message, message_in

__all__ = [
    "LANGUAGES",
    "LANGUAGE_SWITCH",
    "Kept",
    "KeptError",
    "Language",
    "UnknownMessage",
    "choose",
    "chosen",
    "detail_columns",
    "kept",
    "kept_together",
    "message",
    "message_in",
    "retold",
]
