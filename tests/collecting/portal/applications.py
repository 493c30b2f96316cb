"""List types whose records come from an interface that a script of the page names, serving a shelf of reports.

Belongs here: TrueCMS, Epoint's web builder, eportal, as public crawlers of them describe what they answer. Keep out:
the other list types (`lists`).
"""

from __future__ import annotations

import json

from tests.collecting.portal.answers import html, reply
from tests.collecting.portal.lists import Builder, Built, item_of, part_of, serve_reports, source_of
from tests.collecting.portal.reports import Published, Shelf
from tests.collecting.portal.server import Hit, Reply, Site

_COLUMN = "82e1eed4-ef97-4ba8-b3da-2299d731060c"
_SITE = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"


def truecms(site: Site, shelf: Shelf, *, window: int = 7) -> Built:
    """Records within JSONP, by startrecord; more than the window at once, or no Referer, is 404."""

    def address(report: Published) -> str:
        return f"/ntsgk/nb/content/{report.number:08d}-aaaa-4bbb-8ccc-0123456789ab.html"

    def column(_hit: Hit) -> Reply:
        script = (
            f"var page = new jpage({{totalRecord:{len(shelf)}, perPage:{window}, groupSize:3, "
            f"proxyUrl:'/truecms/messageController/getMessage.do', ajaxParam:{{columnId:'{_COLUMN}'}}}});"
        )
        return reply(html("信息公开年报", f'<ul id="content"></ul><script>{script}</script>'))

    def interface(hit: Hit) -> Reply:
        asked = hit.query
        start, end = int(asked["startrecord"]), int(asked["endrecord"])
        if end - start + 1 > window or "referer" not in hit.headers or asked["columnId"] != _COLUMN:
            return reply(html("404", "Not Found"), status=404)
        part = shelf.reports[start - 1 : end]
        records = "".join(f"<record><![CDATA[{item_of(each, address(each))}]]></record>" for each in part)
        store = f"<datastore><totalrecord>{len(shelf)}</totalrecord><recordset>{records}</recordset></datastore>"
        answer = json.dumps({"result": store if part else ""}, ensure_ascii=False)
        called = asked.get("callback")
        return reply(f"{called}({answer});" if called else answer, kind="application/javascript; charset=utf-8")

    serve_reports(site, shelf, address)
    site.add("/ntsgk/nb/nb.html", column).add("/truecms/messageController/getMessage.do", interface)
    return source_of(site, "truecms", {"url": site.url("/ntsgk/nb/nb.html")})


def ewb(site: Site, shelf: Shelf, *, older: bool = False) -> Built:
    """JSON for a POST of JSON, pages from 0; the site's id stands in a script, on older sites in another one."""

    def address(report: Published) -> str:
        return f"/xxgk/003010/{report.day.replace('-', '')}/{report.number:08d}-1c2d-4e5f-8a9b-0123456789ab.html"

    def script(_hit: Hit) -> Reply:
        text = f'var siteInfo = {{"siteGuid": "{_SITE}", "projectName": "/EWB_YK_Mid"}};'
        return reply(text, kind="application/javascript")

    def interface(hit: Hit) -> Reply:
        asked = json.loads(hit.body)
        asked = asked.get("params", asked)
        is_right = hit.headers["content-type"] == "application/json" and asked["siteGuid"] == _SITE
        if hit.method != "POST" or not is_right or asked["categorynum"] != "003010":
            return reply('{"custom": {"data": [], "total": 0}}', kind="application/json")
        part = part_of(shelf, asked["pageIndex"] + 1, asked["pageSize"])
        rows = [
            {"title": f"{each.title[:9]}...", "realtitle": f"<b>{each.title}</b>", "infourl": address(each)}
            | {"infodate": each.day, "infoid": str(each.number)}
            for each in part
        ]
        return reply(json.dumps({"custom": {"data": rows, "total": len(shelf)}}), kind="application/json")

    serve_reports(site, shelf, address)
    page = html("政府信息公开", '<div id="list"></div><script src="/js/webBuilderCommon.js"></script>')
    site.add("/dynamic/zwgk/govInfoPub.html", page)
    site.add("/js/ajaxReq.js" if older else "/js/webBuilderCommon.js", script)
    site.add("/EWB_YK_Mid/rest/lightfrontaction/getgovinfolist", interface)
    listed = {"url": site.url("/dynamic/zwgk/govInfoPub.html?categorynum=003010"), "page_size": 5, "wrapped": older}
    return source_of(site, "ewb", listed)


def eportal(site: Site, shelf: Shelf, *, size: int = 6, named: bool = True) -> Built:
    """Pages beside the first one, as the pager names them, or by the interface; another list stands in the page."""
    module = "3b3662a6db7145c08f3c9d0123456789"

    def address(report: Published) -> str:
        return f"/zfxxgk/nb/{report.day.replace('-', '')}{report.number:011d}/index.html"

    def listed(page: int) -> bytes:
        pages = -(-len(shelf) // size)
        rows = "".join(item_of(each, address(each)) for each in part_of(shelf, page, size))
        following = f"/zfxxgk/nb/{module[:8]}-{page + 1}.html"
        tag = f' tagname="{following}"' if named else ""
        pager = f'<div class="list_page"><a href="javascript:void(0)"{tag}>下一页</a>'
        pager += (
            f'<input type="hidden" name="article_paging_list_hidden" moduleid="{module}" totalpage="{pages}"></div>'
        )
        other = '<input type="hidden" name="article_paging_list_hidden" moduleid="21892" totalpage="1">'
        own = f'<input type="hidden" id="eprotalCurrentPageId" value="302266">{other}<ul>{rows}</ul>{pager}'
        return html("政府信息公开年报", f'{own}<a href="/zfxxgk/other/2026012314163359926/index.html">2025年报解读</a>')

    def static(hit: Hit) -> Reply:
        name = hit.path.rpartition("/")[2]
        if name.startswith(f"{module[:8]}-") and named:
            return reply(listed(int(name.partition("-")[2].removesuffix(".html"))))
        return reply(html("404", "Not Found"), status=404)

    def interface(hit: Hit) -> Reply:
        asked = hit.query
        is_right = (asked.get("pageId"), asked.get("moduleId"), asked.get("staticRequest")) == ("302266", module, "yes")
        return reply(listed(int(asked["currentPage"]) if is_right and not named else 0))

    serve_reports(site, shelf, address)
    site.add("/zfxxgk/nb/index.html", lambda _: reply(listed(1))).add("/eportal/ui", interface)
    site.add(f"/zfxxgk/nb/{module[:8]}-*", static)
    return source_of(site, "eportal", {"url": site.url("/zfxxgk/nb/index.html")})


APPLICATIONS: dict[str, Builder] = {
    "truecms": truecms,
    "ewb": ewb,
    "ewb of before": lambda site, shelf: ewb(site, shelf, older=True),
    "eportal": eportal,
    "eportal by interface": lambda site, shelf: eportal(site, shelf, named=False),
}
