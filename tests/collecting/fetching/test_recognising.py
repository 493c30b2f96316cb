from __future__ import annotations

import time

import pytest

from pipelines.collecting.fetching.recognising import recognise
from pipelines.collecting.records import RequestKind

URL = "https://www.example.gov.cn/zwgk/202101/t1.html"


def verdict(
    body: str | bytes, *, status: int = 200, url: str = URL, kind: RequestKind = "report", media: str = "text/html"
) -> str | None:
    data = body.encode() if isinstance(body, str) else body
    found = recognise(status=status, headers={"content-type": media}, body=data, requested_url=URL, url=url, kind=kind)
    return None if found is None else found.reason


def html(text: str, title: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{text}</body></html>"


JSL = "<script>document.cookie=('_')+('_')+('j')+'=1;max-age=3600';location.href=location.pathname</script>"
RUISHU = html(
    "", head="<meta id='k' content='aB' r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>"
)
ALIYUN = "<html><script>var arg1='3F6A0C9D1E2B4857AC90BD1234567890ABCDEF01';function setCookie(n,v){}</script></html>"
YUNSUO = "<html><head><script>self.location='/x?security_verify_data=1'</script></head></html>"
COOKIE = "<html><body><script>document.cookie='t=1;path=/';window.location.reload();</script></body></html>"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (521, JSL),
        (521, ""),
        (512, JSL),
        (412, RUISHU),
        (200, RUISHU),
        (202, RUISHU),
        (202, html("", head="<script src='/c.js'></script>")),
        (200, ALIYUN),
        (200, YUNSUO),
        (200, COOKIE),
        (403, html("请完成安全验证后继续访问", "访问验证")),
        (405, html("<div>拖动滑块完成拼图</div><div id=nocaptcha></div>")),
        (200, html("请按住滑块,拖动到最右边", "滑动验证页面")),
        (200, html("<img src='/captcha.jpg'><p>请输入验证码</p>")),
        (503, html("Checking your browser before accessing", "Just a moment...")),
        (200, html("您的请求存在风险,已被网站防火墙阻断", "访问被拦截")),
        (200, html("您的访问过于频繁", "提示").encode("gb18030")),
    ],
)
def test_a_challenge_is_recognised(status: int, body: str | bytes) -> None:
    assert verdict(body, status=status) == "challenge"


@pytest.mark.parametrize(
    "body",
    [
        html("<form><input type='text'><input type='password'><button>登录</button></form>", "统一身份认证平台"),
        html("<form action='/login'>用户名<input name=u> 密码<input type=password name=p> 验证码<input></form>"),
        html("<a href=/>首页</a>" * 30 + '<input type="password">', "用户登录"),
    ],
)
def test_a_login_page_is_recognised(body: str) -> None:
    assert verdict(body) == "login_page"


@pytest.mark.parametrize(
    "body",
    [
        html("<h1>网站升级改造中,请稍后访问</h1>", "系统维护"),
        html("系统正在维护,给您带来不便敬请谅解。"),
        html("因机房检修,本网站暂停服务至10月8日。"),
        html("<p>网站正在升级</p><img src=/w.png>", "公告").encode("gbk"),
    ],
)
def test_a_maintenance_page_is_recognised(body: str | bytes) -> None:
    assert verdict(body) == "maintenance_page"


@pytest.mark.parametrize(
    "body",
    [
        html("抱歉,您访问的页面不存在或已删除!<a href='/'>返回首页</a>"),
        html("<img src=/404.png>", "404"),
        html("<a href=/>导航</a>" * 60 + "出错了", "页面不存在_某市人民政府"),
        html("<h2>404 Not Found</h2><hr>nginx", "404 Not Found"),
        html("您要查看的信息不存在或已被删除", "提示信息"),
        html("对不起,找不到您要的页面").encode("gb18030"),
        html("ERROR 404 您访问的页面不存在", "ERROR"),
    ],
)
def test_a_soft_404_is_recognised(body: str | bytes) -> None:
    assert verdict(body) == "soft_404"


@pytest.mark.parametrize("path", ["/", "", "/index.html", "/index.shtml", "/404.html", "/error/404.htm", "/error.jsp"])
def test_a_redirect_to_the_home_or_an_error_page_is_a_soft_404(path: str) -> None:
    long_page = html("要闻 " * 2000, "某市人民政府")
    assert verdict(long_page, url=f"https://www.example.gov.cn{path}") == "soft_404"
    assert verdict(long_page, url="https://www.example.gov.cn/zwgk/202101/t1_wap.html") is None


WORDS = (
    "本年度系统维护和网站升级改造按期完成,登录密码管理和验证码、滑块验证、安全验证功能上线;统一身份认证平台接入;"
    "对404错误、页面不存在、您访问的页面已删除等问题进行整改;acw_sc__v2;知道创宇提供防护;暂停服务3次。"
)
REPORT = "一、总体情况。二、主动公开政府信息情况。三、收到和处理政府信息公开申请情况。" * 30


@pytest.mark.parametrize("status", [200, 404, 403])
def test_a_report_that_mentions_all_of_it_is_a_report(status: int) -> None:
    for body in (html(REPORT + WORDS, "某局2020年政府信息公开工作年度报告"), html(WORDS + REPORT), REPORT + WORDS):
        assert verdict(body, status=status) is None
        assert verdict(body.encode("gb18030"), status=status) is None


@pytest.mark.parametrize(
    "body",
    [
        html(REPORT, "某局2020年年报", head="<script>$_ts=window['$_ts'];$_ts.cd='x';</script>"),
        html(REPORT + "<form>登录<input type=password>验证码</form>", "年报"),
        html(
            "<li><a href='/a.html'>2020年政府信息公开工作年度报告</a><span>2021-01-29</span></li>" * 20
            + "<input type=password>"
        ),
        html("<a href='/d.html'>关于网站系统维护的通知</a>" * 30, "政府信息公开年报"),
        html("<img src='P020210129.jpg'>", "2020年年报", head=f"<script>{'acw_sc__v2'}</script>"),
        html(
            "<a href='P0202.pdf'>附件</a>",
            "2020年年度报告",
            head="<script>document.cookie='v=1';location.href</script>",
        ),
        html("本机关未收到申请,信息公开工作不存在问题。", "某镇2020年政府信息公开工作年度报告"),
        "<html><head><meta http-equiv=refresh content='0;url=/a/b.html'></head></html>",
        "<script>location.replace('/art/2021/1/29/art_1_2.html')</script>",
        "<?xml version='1.0'?><datastore><totalrecord>1</totalrecord><record>系统维护</record></datastore>",
        '{"msg": "验证码 404 页面不存在"}',
        "",
        "plain words: 404 not found",
        b"%PDF-1.7 captcha",
        b"\xd0\xcf\x11\xe0 __jsl_clearance <script>",
    ],
)
def test_what_is_content_is_left_alone(body: str | bytes) -> None:
    assert verdict(body) is None


@pytest.mark.parametrize(
    "unit",
    [
        "<a>",
        "<a href=x ",
        "<title>",
        "<script ",
        "<script>",
        "<!--",
        "<",
        "<input ",
        "</a",
        "<a><title><!",
        "&amp;",
        "404 ",
    ],
)
def test_no_page_costs_more_than_its_length(unit: str) -> None:
    body = "<html>" + unit * (900_000 // len(unit))
    started = time.process_time()
    verdict(body)
    assert time.process_time() - started < 1.5
