"""The last look before the press lets go."""

from __future__ import annotations

import pytest

from digest.errors import EditionRefused
from digest.model.marks import Mark
from digest.render.proof import prove_links, prove_marks, prove_tokens
from digest.testing.factories import make_printed

PRINTED = make_printed()


def test_a_print_with_every_mark_passes() -> None:
    prove_marks(PRINTED.html, PRINTED.text)


@pytest.mark.parametrize("mark", list(Mark))
def test_a_lost_mark_is_named_with_its_part(mark: Mark) -> None:
    name = mark.value.rpartition("/")[2]
    with pytest.raises(EditionRefused, match=f"HTML part has lost its {name} link"):
        prove_marks(PRINTED.html.replace(mark.value, "https://paper.example"), PRINTED.text)
    with pytest.raises(EditionRefused, match=f"plain text part has lost its {name} link"):
        prove_marks(PRINTED.html, PRINTED.text.replace(mark.value, ""))


def test_a_mark_that_is_text_and_no_link_is_lost() -> None:
    html = PRINTED.html.replace(f'href="{Mark.UNSUBSCRIBE}"', 'href="https://x.example"') + Mark.UNSUBSCRIBE
    with pytest.raises(EditionRefused, match="has lost its unsubscribe link"):
        prove_marks(html, PRINTED.text)


@pytest.mark.parametrize("tail", ["d", "-all", "/x", ".html"])
def test_a_mark_that_runs_on_is_refused(tail: str) -> None:
    with pytest.raises(EditionRefused, match=r"HTML part holds .* which nobody fills"):
        prove_marks(PRINTED.html + f'<a href="{Mark.UNSUBSCRIBE}{tail}">', PRINTED.text)
    with pytest.raises(EditionRefused, match=r"plain text part holds .* which nobody fills"):
        prove_marks(PRINTED.html, PRINTED.text + Mark.UNSUBSCRIBE + tail)


@pytest.mark.parametrize(
    "link",
    ['<a href="">', '<a href=" # ">', '<img src="">'],
)
def test_an_empty_link_is_refused(link: str) -> None:
    with pytest.raises(EditionRefused, match="has no address"):
        prove_links(f"<html><body>{link}</body></html>")


@pytest.mark.parametrize(
    "address", ["javascript:x", "/archive", "https:///x", "//x.example", "cid:1", "data:,x"]
)
def test_a_link_that_leads_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(EditionRefused, match="is no web or mail address"):
        prove_links(f'<html><body><a href="{address}">x</a></body></html>')


def test_web_and_mail_addresses_pass() -> None:
    prove_links(
        '<html><body><a href="https://x.example/">x</a><a href="mailto:a@x.example">y</a></body></html>'
    )


@pytest.mark.parametrize("token", ["{{ title }}", "{% if x %}"])
def test_a_token_left_unprinted_is_refused(token: str) -> None:
    with pytest.raises(EditionRefused, match="left unprinted"):
        prove_tokens("fine", f"before\n{token} after")


def test_a_style_sheet_is_no_token() -> None:
    prove_tokens("@media x {.a{color:red}}")
