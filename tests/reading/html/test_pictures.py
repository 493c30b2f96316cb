"""The pictures of an article: in order, wherever scripts keep their addresses, without what stands around it."""

from __future__ import annotations

import pytest

from pipelines.reading.html.pictures import data_of, shown_pictures


def shown(article: str, around: str = "") -> list[str]:
    return shown_pictures(f"<html><body>{around}<div id='zoom'>{article}</div></body></html>")


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ('<img src="a/1.jpg">', "a/1.jpg"),
        ('<IMG SRC="a/1.jpg">', "a/1.jpg"),
        ('<img src="/images/loading.gif" data-original="1.jpg">', "1.jpg"),
        ('<img data-src="1.jpg" src="data:image/gif;base64,R0lGOD">', "1.jpg"),
        ('<a href="1.jpg"><img src="1.jpg"></a>', "1.jpg"),
        ('<img src="1.jpg" width="100%" style="width:793px">', "1.jpg"),
    ],
)
def test_a_picture_of_an_article_is_found(image: str, source: str) -> None:
    assert shown(f"<p>正文</p>{image}") == [source]


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/images/emot/7.gif">',
        '<img src="fileTypeImages/icon_pdf.gif">',
        '<img src="1.jpg" width="24">',
        '<img src="1.jpg" style="display: none">',
        '<a href="/next.html"><img src="1.jpg"></a>',
        '<div class="share-bar"><img src="1.jpg"></div>',
        '<img src="/images/qrcode.png">',
        '<img src="logo.svg">',
        "<img>",
    ],
)
def test_what_is_no_page_of_a_report_is_left(image: str) -> None:
    assert shown(image) == []


def test_pictures_around_the_article_are_left_and_each_is_told_once_in_order() -> None:
    around = '<div class="header"><img src="top.jpg"></div><img src="beside.jpg">'
    assert shown('<img src="2.jpg"><img src="10.jpg"><img src="2.jpg">', around) == ["2.jpg", "10.jpg"]


def test_a_page_that_no_portal_made_shows_what_stands_in_it() -> None:
    assert shown_pictures("<body><img src='1.jpg'><nav><img src='2.jpg'></nav></body>") == ["1.jpg"]
    assert shown_pictures("<p>text</p>") == []


def test_a_picture_in_an_address_is_decoded_and_a_damaged_one_is_none() -> None:
    assert data_of("data:image/png;base64,QUJD") == b"ABC"
    assert data_of("data:image/png;base64,QU%0AJD") == b"ABC"
    assert data_of("data:image/png;base64,Q") is None
    assert data_of("1.jpg") is None
