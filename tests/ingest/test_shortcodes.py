"""Shortcodes of WordPress that nobody replaced: what goes, what is unwrapped, and words in brackets that stay."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from digest.ingest.clean import Cleaned, clean_html
from digest.ingest.shortcodes import without_shortcodes
from digest.model.article import Image

ONE = "The harbour bridge reopened on Monday after nine months of repairs."
TWO = "The work cost 12 million dollars, two more than planned."


def lines(cleaned: Cleaned) -> list[str]:
    return [line for passage in cleaned.passages for line in passage.paragraphs]


@pytest.mark.parametrize(
    "markup",
    [
        '<p>[caption id="attachment_7" align="left"]<img src="/p.jpg"> The pier. Photo by Lea Novák[/caption]</p>',
        '[caption id=&#8221;a_7&#8243;]<a href="/x"><img src="/p.jpg"></a> The pier. Photo by Lea Novák[/caption]',
        '<p>[caption id="a_7"]<img src="/p.jpg"></p><p>The pier. Photo by Lea Novák[/caption]</p>',
        '[CAPTION id="a_7"]<img src="/p.jpg">[gallery ids="1"]The pier. Photo by Lea Novák[/CAPTION]',
    ],
)
def test_a_caption_that_was_not_replaced_is_its_pictures_caption(markup: str) -> None:
    cleaned = clean_html(f"{markup}<p>{ONE}</p>", base="https://light.example/")
    assert lines(cleaned) == [ONE]
    assert cleaned.pictures == (
        Image(url="https://light.example/p.jpg", caption="The pier.", credit="Lea Novák"),
    )


@pytest.mark.parametrize(
    "markup",
    [
        '[gallery ids="1,2,3"]',
        "<p>[gallery]</p>",
        "<p>\n[gallery]\n</p>",
        "[gallery columns='2' /]",
        "<p>[embed]https://video.example/x[/embed]</p>",
        '[embed width="9"]<a href="/x">https://video.example/x</a>[/embed]',
        "[video mp4=x.mp4][/video]",
        '[playlist ids="1"]',
        "[ads]Buy boats[/ads]",
        '[ninja_form id="3"]',
        "[vc_raw_html]JTNDcCUzRQ==[/vc_raw_html]",
        "[et_pb_divider /]",
        "[/vc_column]",
        '[mystery colour="blue"][/mystery]',
    ],
)
def test_machinery_of_a_theme_is_no_text(markup: str) -> None:
    assert lines(clean_html(f"<p>{ONE}</p>{markup}<p>{TWO}</p>")) == [ONE, TWO]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[vc_row][vc_column][vc_column_text]", "[/vc_column_text][/vc_column][/vc_row]"),
        ('[et_pb_section bb="1"][et_pb_text title="a b"]', "[/et_pb_text][/et_pb_section]"),
        ("[fusion_text columns='1']", "[/fusion_text]"),
        ("[av_textblock size=&#8221;&#8221;]", "[/av_textblock]"),
        ('[dropcap style="round"]', "[/dropcap]"),
    ],
)
def test_what_a_page_builder_wraps_is_text(before: str, after: str) -> None:
    assert lines(clean_html(f"<p>{before}{ONE}{after}</p><p>{TWO}</p>")) == [ONE, TWO]


@pytest.mark.parametrize(
    "text",
    [
        "He wrote [sic] that the pier was open.",
        "“[The mayor] called us,” she said.",
        "“Nobody saw the [gallery] or the [video] before,” she said.",
        "A [caption] alone.",
        "See [1] and [a = b].",
        "[Laughs]",
        "The [ad] was theirs.",
        "An [/end] of nothing.",
    ],
)
def test_words_in_square_brackets_that_are_no_shortcode_stay(text: str) -> None:
    assert without_shortcodes(f"<p>{text}</p>") == f"<p>{text}</p>"


@given(
    st.lists(st.sampled_from(["[caption a=b]", "[/caption]", "[gallery]", "[vc_row]", "<p>", "x", "[", "]"]))
)
def test_whatever_is_opened_and_closed_the_rest_stays(parts: list[str]) -> None:
    left = without_shortcodes("".join(parts))
    assert left.count("x") == parts.count("x")
    assert left.count("<span") == left.count("</span>")


def test_half_a_million_openings_take_no_time() -> None:
    started = time.monotonic()
    without_shortcodes("[caption a=b" * 20_000 + "[embed]" * 40_000 + "[/caption]" * 20_000)
    assert time.monotonic() - started < 3
