"""Plain library of the pipeline: what is done to reports, one folder a stage. Never imports dagster.

The way of a file: collecting -> raw -> reading -> extracting (run by engine) -> agencies -> auditing -> warehouse ->
releases -> exporting, office, exploring, commands. Belongs here: the stages, what stands below all of them (`durable`,
`locking`, `shown`, `language`, `messages`), and the error by which each tells people what is wrong. Keep out: when and
in which order stages run (`assets`); anything that is of one stage alone.
"""

import os
import resource
import sys

# More than all compiled code takes.
_ROOM_FOR_CODE = 64 * 2**20


def _has_room_for_code(folder: str) -> bool:
    """Tell whether code that is compiled here can be kept as a whole.

    Of a file that the disk or a limit lets it write in part Python keeps that part, and does not start from then on.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    is_let = limit == resource.RLIM_INFINITY or limit >= _ROOM_FOR_CODE
    return is_let and found.f_bavail * found.f_frsize >= _ROOM_FOR_CODE


# First of all, and in the smallest of our modules: each that is loaded after it is compiled and kept, or not.
if not _has_room_for_code(str(__path__[0])):
    sys.dont_write_bytecode = True

from pipelines.told import Told, said  # noqa: E402  # loaded after it is known what is kept of it

__all__ = ["Told", "said"]
