"""A letter is shown as it was laid out, and nothing in it acts or calls home."""

import re
from email.message import EmailMessage

import pytest
from oa_registry.adapters.mail_page import make_page
from oa_registry.core.mail_body import MOST_PICTURES, read_body

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def build(html: str, picture: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Рада <rada@example.com>", "d@example.com", "Молба <за> имот"
    message.set_content("Само текст.")
    if html:
        message.add_alternative(html, subtype="html")
    if picture:
        message.get_payload()[-1].add_related(picture, "image", "png", cid="<logo@example.com>")
    return bytes(message)


def test_the_letter_keeps_its_layout() -> None:
    page = make_page(build("<p style='color:red'>Моля за <b>отговор</b>.</p><table><tr><td>1</td></tr></table>"))
    assert "<b>отговор</b>" in page
    assert "color:red" in page
    assert "<td>1</td>" in page
    assert "Молба &lt;за&gt; имот" in page


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror='alert(1)'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='https://evil.example/'>x</a>",
        "<img src='https://evil.example/pixel.png'>",
        "<img srcset='https://evil.example/pixel.png 2x'>",
        "<table background='https://evil.example/x.png'></table>",
        "<div style=\"background:url('https://evil.example/x.png')\">x</div>",
        "<div style='background:U\\52L(https://evil.example/x.png)'>x</div>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<link rel=stylesheet href='https://evil.example/x.css'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<base href='https://evil.example/'>",
        "<form action='https://evil.example/'><input name=pin><button>OK</button></form>",
        "<iframe src='https://evil.example/'></iframe>",
        "<object data='https://evil.example/x.swf'></object>",
        "<embed src='https://evil.example/x.swf'>",
        "<svg onload='alert(1)'><script>alert(1)</script></svg>",
        "<video src='https://evil.example/x.mp4' poster='https://evil.example/x.png'></video>",
        "<!--[if mso]><script>alert(1)</script><![endif]-->",
        "</body></html><script>alert(1)</script>",
    ],
)
def test_nothing_in_it_acts_or_is_fetched(hostile: str) -> None:
    page = make_page(build(f"<html><body><p>преди</p>{hostile}<p>след</p></body></html>"))
    body = page.partition("</dl>")[2]
    assert "преди" in body
    assert not re.search(r"<(script|iframe|object|embed|form|input|button|link|meta|base|svg|video|style)\b", body, re.I)
    assert "alert(" not in re.sub(r'title="[^"]*"', "", body)
    assert not re.search(r"""(src|srcset|href|background|data|action|poster)\s*=\s*["']?(?!data:image)""", body, re.I)
    assert "url(" not in body.lower()
    assert "l(https" not in body.lower()


def test_a_link_says_where_it_would_lead() -> None:
    assert 'title="https://evil.example/"' in make_page(build("<a href='https://evil.example/'>https://bank.example</a>"))


def test_a_picture_of_the_letter_stands_in_it_and_another_one_does_not() -> None:
    page = make_page(build("<p>x</p><img src='cid:logo@example.com' alt='герб'><img src='cid:other' alt='липсва'>", PNG))
    assert page.count("data:image/png;base64,") == 1
    assert 'alt="липсва"' in page


def test_pictures_beyond_the_limit_are_left_out() -> None:
    assert not read_body(build("<p>x</p>", b"0" * (MOST_PICTURES + 1))).pictures


def test_a_letter_without_html_is_shown_as_text() -> None:
    assert "<pre>Само текст.</pre>" in make_page(build(""))


def test_the_page_itself_forbids_everything_but_its_own_pictures() -> None:
    assert "default-src 'none'; img-src data:" in make_page(build("<p>x</p>"))
