"""The page of a government portal around a report: head, navigation, breadcrumbs, side lists, share buttons, footer.

Belongs here: everything on the page that is not the report. Keep out: the statutory tables (`markup`).
"""

from __future__ import annotations

import random

_PLACES = (
    "东山", "西河", "南湖", "北岭", "青林", "白水", "云溪", "石桥", "金沙", "长宁", "安平", "永丰", "新城", "古港",
    "临江", "双塔", "龙泉", "凤台",
)  # fmt: skip
_BUREAUS = (
    "人民政府", "财政局", "教育局", "农业农村局", "水利局", "应急管理局", "统计局", "民政局", "司法局", "交通运输局",
    "审计局", "医疗保障局",
)  # fmt: skip
_CHANNELS = (
    "首页", "政务公开", "政务服务", "互动交流", "数据开放", "走进本地", "领导之窗", "机构职能", "规划计划",
    "财政预决算", "规范性文件", "行政许可", "行政处罚", "人事信息", "应急管理", "重点领域信息公开",
    "政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开",
)  # fmt: skip
_NEWS = (
    "召开{}专题会议", "开展{}集中整治行动", "组织{}业务培训", "印发{}实施方案", "推进{}提质增效", "举办{}政策宣讲",
    "公示{}项目名单", "调度{}重点任务", "发布{}情况通报", "督导检查{}落实情况",
)  # fmt: skip
_TOPICS = (
    "防汛抗旱", "安全生产", "乡村振兴", "营商环境", "义务教育", "医疗卫生", "道路交通", "环境保护", "食品药品",
    "森林防火", "基层治理", "招商引资", "稳岗就业",
)  # fmt: skip
_SENTENCES = (
    "坚持以公开为常态、不公开为例外，不断提升工作质效", "全年通过门户网站发布各类信息{}条", "政务新媒体发布信息{}条",
    "组织工作人员参加业务培训{}次", "对栏目设置进行了优化调整", "健全信息发布审核机制，严格落实先审后发",
    "回应群众关切{}件次", "认真做好政策解读，发布解读材料{}篇", "畅通申请渠道，规范答复文书", "个别栏目更新不够及时",
    "公开内容的深度和广度有待加强", "下一步将加大培训力度，配强工作力量", "围绕重点领域细化公开事项目录",
)  # fmt: skip
_SECTIONS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
_CSS = (
    ".m{:x} ul li a{{float:left;width:{}px;height:{}px;line-height:{}px;color:#{:06x};"
    "background:#fff url(/images/bg{}.png)}}\n"
)
_SCRIPT = (
    'function f{:x}(o,i){{if(o.length<{}){{$("#tab{}").find("li").eq(i).addClass("on").siblings().hide();}}'
    "return o[{}]}}\n"
)
# Navigation, lists and prose of a page take about this many links; the rest of its weight is css and script.
_LINKS = (60, 180)


def agency(rng: random.Random) -> str:
    """Return the name of an agency."""
    return f"{rng.choice(_PLACES)}市{rng.choice(_PLACES)}区{rng.choice(_BUREAUS)}"


def css(rng: random.Random, size: int) -> str:
    """Return style rules of about `size` bytes."""
    rules = (
        _CSS.format(i, rng.randint(20, 999), rng.randint(20, 99), rng.randint(20, 99), rng.getrandbits(24), i % 90)
        for i in range(size // 110)
    )
    return "".join(rules)


def script(rng: random.Random, size: int) -> str:
    """Return functions of about `size` bytes."""
    return "".join(
        _SCRIPT.format(i, rng.randint(1, 99), rng.randint(1, 9999), rng.randint(0, 9)) for i in range(size // 115)
    )


def _date(rng: random.Random) -> str:
    return f"20{rng.randint(18, 24)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _news(rng: random.Random) -> str:
    place = f"{rng.choice(_PLACES)}{rng.choice(('区', '县', '镇', '街道'))}"
    title = f"{place}{rng.choice(_NEWS).format(rng.choice(_TOPICS))}"
    date = _date(rng)
    href = f"/art/{date.replace('-', '/')}/art_{rng.randint(100, 9999)}_{rng.randint(10**5, 10**7)}.html"
    return f'<li><a href="{href}" target="_blank" title="{title}">{title}</a><span class="time">{date}</span></li>\n'


def _navigation(rng: random.Random) -> str:
    items = []
    for channel in _CHANNELS:
        below = "".join(
            f'<li class="sub"><a href="/col/col{rng.randint(1000, 99999)}/index.html">{name}</a></li>'
            for name in rng.sample(_TOPICS, 3)
        )
        items.append(
            f'<li class="nav-item"><a href="/col/{rng.randint(1, 9999)}/">{channel}</a><ul>{below}</ul></li>\n'
        )
    return f'<div class="header"><div class="nav w1200"><ul class="clearfix">{"".join(items)}</ul></div></div>\n'


def _share() -> str:
    names = (("wechat", "微信"), ("weibo", "新浪微博"), ("qzone", "QQ空间"), ("print", "打印"), ("close", "关闭"))
    links = "".join(
        f'<a class="share-{key}" href="javascript:;" onclick="share(\'{key}\')" title="分享到{name}"><i></i>{name}</a>'
        for key, name in names
    )
    return f'<div class="share bdsharebuttonbox"><span>分享到：</span>{links}<span>字号：[大][中][小]</span></div>\n'


def _paragraphs(rng: random.Random) -> str:
    style = "text-indent:32pt;line-height:28pt;margin:0cm 0cm 0.0001pt"
    texts = (
        "；".join(s.format(rng.randint(1, 3000)) for s in rng.sample(_SENTENCES, rng.randint(2, 5))) + "。"
        for _ in range(rng.randint(2, 6))
    )
    return "".join(
        f'<p class="MsoNormal" style="{style}"><span style="font-size:16pt;font-family:仿宋_GB2312">{t}</span></p>\n'
        for t in texts
    )


def report_body(rng: random.Random, tables: tuple[str, str, str]) -> str:
    """Return the six sections; `tables` are those of the second to the fourth."""
    bodies = (_paragraphs(rng), *tables, _paragraphs(rng), "<p>无其他需要报告的事项。</p>\n")
    heads = (
        f'<p style="text-indent:32pt"><strong><span style="font-family:黑体">{s}</span></strong></p>\n'
        for s in _SECTIONS
    )
    return "".join(head + body for head, body in zip(heads, bodies, strict=True))


def page(rng: random.Random, *, title: str, charset: str, body: str, weight: tuple[str, str]) -> str:
    """Return the whole page; `weight` is its css and its script."""
    links = rng.randint(*_LINKS)
    side = "".join(_news(rng) for _ in range(links // 2))
    foot = "".join(_news(rng) for _ in range(links - links // 2))
    date = _date(rng)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="{charset}">\n<title>{title}</title>\n'
        f'<meta name="ArticleTitle" content="{title}">\n<meta name="PubDate" content="{date} 10:2{links % 10}">\n'
        f'<meta name="ColumnName" content="政府信息公开年报">\n<style type="text/css">\n{weight[0]}</style>\n'
        f'<script type="text/javascript">\n{weight[1]}</script>\n</head>\n<body>\n{_navigation(rng)}'
        f'<div class="position w1200">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; '
        f'<a href="/zwgk/nb/">政府信息公开年报</a></div>\n<div class="main"><div class="left"><ul>{side}</ul></div>\n'
        f'<div class="article"><h1>{title}</h1>\n<div class="info">发布日期：{date} 来源：本单位 浏览次数：'
        f"<span>{links}</span></div>\n"
        f'<div id="zoom"><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div>\n{_share()}</div></div>\n'
        f'<div class="related"><h3>相关信息</h3><ul>{foot}</ul></div>\n<div class="footer"><p>主办：本级人民政府办公室 '
        f'<a href="/sitemap">网站地图</a> 备案号：00000000号 网站标识码：0000000000</p></div>\n'
        f"<script>share_init();count({links});</script>\n</body>\n</html>\n"
    )
