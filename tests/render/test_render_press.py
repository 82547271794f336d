"""An edition becomes its print."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from digest.errors import EditionRefused, RenderError, SettingsError
from digest.model.edition import Section, Summary
from digest.model.marks import Mark
from digest.ports import Press
from digest.render.press import EditionPress
from digest.testing.factories import make_brief, make_edition
from tests.render.printing_house import (
    BASE,
    MAIL,
    PAPER,
    find,
    full_edition,
    open_press,
    page_of,
    print_edition,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "a\r\nBcc: x\u2028y\x00",
    '"><img src=x onerror=alert(1)>',
    "=?utf-8?q?a=0D=0AX?=",
    "\u202eevil\u2066",
    "x" * 3000,
    "é" * 400,
    "🦭" * 100,
    "Z" + "\u0301" * 900,
    f"{Mark.UNSUBSCRIBE}x",
    "\ud800\udfff",
    "نادي المحادثة",
    "]]><!--[if mso]>",
    "</title></head>",
]


def texts_of(html: str) -> str:
    return " ".join(find(page_of(html), "//body//text()"))


def test_the_press_stands_behind_its_port() -> None:
    press: Press = open_press()
    assert press.print_edition(make_edition()).newsletter == "daily"


def test_printing_twice_gives_the_same_bytes() -> None:
    assert print_edition().hash == open_press().print_edition(full_edition()).hash


def test_every_story_stands_in_both_parts_with_its_link() -> None:
    printed = print_edition()
    html, words = printed.html, " ".join(printed.text.split())
    shown = " ".join(texts_of(html).split())
    for story in full_edition().stories:
        assert story.headline in shown
        assert story.headline in words
        assert story.summary.text in shown
        assert story.summary.text in words
        if story.url:
            assert f'href="{story.url}"' in html
            assert story.url in printed.text.split("\n")


def test_the_text_part_is_tidy() -> None:
    text = print_edition().text
    lines = text.split("\n")
    assert "\n\n\n" not in text
    assert not any(line != line.rstrip() for line in lines)
    assert max(len(line.encode()) for line in lines) <= 998
    assert "&amp;" not in text
    assert lines.count(Mark.UNSUBSCRIBE.value) == lines.count(Mark.PREFERENCES.value) == 1
    assert f"{BASE}/daily/2026-04-14" in lines


@pytest.mark.parametrize("headline", HOSTILE)
def test_whatever_a_headline_holds_the_edition_prints(headline: str) -> None:
    brief = make_brief(1, headline=headline, byline=headline, section=headline, url=None)
    printed = print_edition(
        make_edition(
            subject=headline,
            lead=brief,
            sections=(Section(name=headline, briefs=(brief, brief)),),
            headlines=(brief,),
        )
    )
    page = page_of(printed.html)
    assert find(page, "//script | //*[@onerror] | //img") == []
    assert len(find(page, "//body//h1")) == 1
    assert len(printed.subject) <= 70
    assert "\r" not in printed.html + printed.text + printed.subject
    assert "\n" not in printed.subject
    assert printed.html.count(f'"{Mark.UNSUBSCRIBE}"') == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=60))
def test_any_text_at_all_prints(headline: str, words: str, url: str) -> None:
    lead = make_brief(headline=headline, byline=words, url=url)
    printed = PRESS.print_edition(make_edition(lead=lead, preheader=words, subject=headline))
    assert 1 <= len(printed.subject) <= 70


PRESS = open_press()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Harbour bridge reopens", "Harbour bridge reopens"),
        ("word " * 20, "word word word word word word word word word word word word word word…"),
        ("", "Harbour bridge reopens, part 1"),
    ],
)
def test_the_subject_is_the_edition_s_or_its_lead(subject: str, expected: str) -> None:
    assert print_edition(make_edition(subject=subject)).subject == expected


def test_an_edition_without_a_lead_is_called_by_its_day() -> None:
    printed = print_edition(make_edition(subject="", lead=None))
    assert printed.subject == "The Harbor Light: Tuesday, April 14, 2026"


def test_a_subject_template_that_says_nothing_leaves_the_title(tmp_path: Path) -> None:
    (tmp_path / "edition").mkdir()
    (tmp_path / "edition/subject.txt").write_text("\n")
    assert open_press(tmp_path).print_edition(make_edition()).subject == "The Harbor Light"


def preheader_of(**changes: object) -> str:
    printed = print_edition(make_edition(**changes))
    (preheader,) = find(page_of(printed.html), "//div[@class='preheader']")
    return str(preheader.text)


def test_the_preheader_is_the_edition_s_own() -> None:
    own = "Also today: two more bridges, a library that never closes, and rowing."
    assert preheader_of(preheader=own) == own


def test_a_short_preheader_is_filled_with_the_other_headlines() -> None:
    preheader = preheader_of(preheader="Good morning.")
    assert preheader.startswith("Good morning. Also today: Harbour bridge reopens, part 2; ")
    assert 40 <= len(preheader) <= 130


@pytest.mark.parametrize("preheader", ["", "Harbour bridge reopens", "Harbour bridge reopens, part 1"])
def test_the_preheader_repeats_neither_subject_nor_first_headline(preheader: str) -> None:
    assert preheader_of(preheader=preheader).startswith("Also today: Harbour bridge reopens, part 2; ")


def test_an_edition_of_one_story_has_a_preheader_too() -> None:
    alone = preheader_of(preheader="", sections=(), headlines=())
    assert alone == "The day\N{RIGHT SINGLE QUOTATION MARK}s stories from our newsroom, all in one letter."
    assert preheader_of(preheader="", lead=None, sections=(), headlines=()) == alone


def test_the_masthead_is_the_newsletter_s_title_and_names_the_paper() -> None:
    press = EditionPress(PAPER, MAIL, BASE, titles={"daily": "The Morning Brief"})
    printed = press.print_edition(make_edition())
    (masthead,) = find(page_of(printed.html), "//h1")
    assert "".join(masthead.itertext()) == "The Morning Brief"
    assert "The Harbor Light" in texts_of(printed.html)
    assert printed.text.startswith("THE MORNING BRIEF\nTuesday, April 14, 2026\nThe Harbor Light\n")


def test_an_edition_of_headlines_alone_prints() -> None:
    printed = print_edition(make_edition(lead=None, sections=()), tagline="", postal_address="", url="")
    assert "1 story" in texts_of(printed.html)
    assert f'<a href="{BASE}/"' in printed.html


def test_stories_may_have_neither_link_summary_nor_byline() -> None:
    bare = make_brief(url=None, summary=Summary(), byline="")
    printed = print_edition(
        make_edition(lead=bare, sections=(Section(name="News", briefs=(bare,)),), headlines=(bare,))
    )
    assert f'href="{bare.url}"' not in printed.html
    assert "paper.example/2026" not in printed.text


def own_body(tmp_path: Path, block: str, body: str) -> EditionPress:
    (tmp_path / "edition").mkdir(exist_ok=True)
    (tmp_path / "edition/body.html").write_text(
        '{% extends "shipped/edition/body.html" %}{% block ' + block + " %}" + body + "{% endblock %}",
        encoding="utf-8",
    )
    return open_press(tmp_path)


def test_a_paper_may_change_one_block_of_the_page(tmp_path: Path) -> None:
    press = own_body(tmp_path, "headlines", "<tr><td>{{ super() }}Games</td></tr>")
    html = press.print_edition(make_edition()).html
    assert "Games" in html
    assert "More headlines" in html


def test_a_page_that_lost_the_way_out_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(EditionRefused, match="HTML part has lost its preferences link"):
        own_body(tmp_path, "footer", "<p>bye</p>").print_edition(make_edition())


def test_a_text_that_lost_the_way_out_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "edition").mkdir()
    (tmp_path / "edition/body.txt").write_text("{{ preferences_url }}")
    with pytest.raises(EditionRefused, match="plain text part has lost its unsubscribe link"):
        open_press(tmp_path).print_edition(make_edition())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<tr><td><a href="">x</a></td></tr>', "has no address"),
        ("<tr><td>{{ '{{' }} name }}</td></tr>", "left unprinted"),
    ],
)
def test_a_page_with_a_fault_is_not_published(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(EditionRefused, match=message):
        own_body(tmp_path, "corrections", body).print_edition(make_edition())


def test_a_page_with_an_unknown_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"edition/body\.html, line 1: 'nobody' is undefined"):
        own_body(tmp_path, "corrections", "{{ nobody }}").print_edition(make_edition())


@pytest.mark.parametrize("base_url", ["https://a&b.example", "mailto:a@b.example", "https://user@x.example"])
def test_an_address_that_no_link_can_hold_is_refused(base_url: str) -> None:
    with pytest.raises(SettingsError, match=r"web\.base_url"):
        EditionPress(PAPER, MAIL, base_url)
