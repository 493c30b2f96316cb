"""How the list of a source is read: one file for each list type, and the walk through the pages.

Belongs here: responses -> links and further requests. A new portal family is a file here, named in LISTERS below, and
its options in `collecting/list_types`. Keep out: fetching, and anything stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipelines.collecting.listing import (
    aspnet_query,
    eportal,
    ewb,
    gkmlpt,
    hanweb_jpage,
    hanweb_xxgk,
    jpaas_unit,
    offline,
    sitemap,
    trs_static,
    truecms,
    year_tree,
)
from pipelines.collecting.listing.lister import Guess, Lister, ListError

LISTERS: Mapping[str, Lister] = MappingProxyType(
    {
        "hanweb_jpage": hanweb_jpage.LISTER,
        "hanweb_xxgk": hanweb_xxgk.LISTER,
        "jpaas_unit": jpaas_unit.LISTER,
        "gkmlpt": gkmlpt.LISTER,
        "trs_static": trs_static.LISTER,
        "year_tree": year_tree.LISTER,
        "aspnet_query": aspnet_query.LISTER,
        "truecms": truecms.LISTER,
        "ewb": ewb.LISTER,
        "eportal": eportal.LISTER,
        "sitemap": sitemap.LISTER,
        "manual": offline.MANUAL,
        "browser": offline.BROWSER,
    }
)

__all__ = ["LISTERS", "Guess", "ListError", "Lister"]
