"""The test portal: government sites on loopback addresses, with every list type and every fault that they have.

    with Portal() as portal:
        site = portal.site()                               # a host 127.0.x.y:port; tls="valid" | "expired" | ...
        shelf = Shelf(3)                                   # reports with known cells; changed and taken away at will
        values = trs_static(site, shelf)                   # serves them as a list type; the source as YAML has it
        site.add("/nb/slow.html", faults.trickle(b"..."))  # any answer by path, or by a function of the request
        settings = portal.settings(tmp_path)               # or portal.configuration(tmp_path): the file for a child
        ...
        site.hits, site.connections                        # what the server saw, with monotonic times

Belongs here: serving. Keep out: what the collector must make of it, which is for the tests.
"""

from tests.collecting.portal import lists
from tests.collecting.portal.applications import APPLICATIONS
from tests.collecting.portal.lists import Built
from tests.collecting.portal.reports import Published, Shelf
from tests.collecting.portal.server import Connection, Hit, Portal, Site

BUILDERS = lists.BUILDERS | APPLICATIONS

__all__ = ["BUILDERS", "Built", "Connection", "Hit", "Portal", "Published", "Shelf", "Site"]
