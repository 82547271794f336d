"""Templates: the paper's own come first, and what is wrong in one is said with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.errors import RenderError
from digest.render.environment import fill, find_locale, fit, open_environment, print_template
from digest.render.inline import inline_styles
from digest.render.words import read_words
from digest.resources import find_shipped
from digest.testing.factories import make_image

NEW_YORK = ZoneInfo("America/New_York")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def print_own(folder: Path, text: str, language: str = "en", name: str = "edition/own.html") -> str:
    environment = open_environment(write(folder, name, text), language=language, zone=NEW_YORK)
    return print_template(environment, name, day=date(2026, 4, 14), late=datetime(2026, 4, 15, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Tuesday, April 14, 2026"),
        ("en-GB", "Tuesday, 14 April 2026"),
        ("de", "Dienstag, 14. April 2026"),
        ("es", "martes, 14 de abril de 2026"),
        ("fr", "mardi 14 avril 2026"),
        ("ar", "الثلاثاء، 14 أبريل 2026"),
        ("xx", "Tuesday, April 14, 2026"),
        ("de-x-private", "Dienstag, 14. April 2026"),
    ],
)
def test_dates_are_written_in_the_language_of_the_edition(
    tmp_path: Path, language: str, written: str
) -> None:
    assert print_own(tmp_path, "{{ day | long_date }}", language) == written


def test_a_time_is_dated_by_the_clock_of_the_paper(tmp_path: Path) -> None:
    assert print_own(tmp_path, "{{ late | short_date }}") == "Apr 14, 2026"


@pytest.mark.parametrize(("count", "words"), [(1, "1 story"), (2, "2 stories")])
def test_a_number_of_things_takes_its_form(tmp_path: Path, count: int, words: str) -> None:
    forms = '{"one": "{count} story", "other": "{count} stories"}'
    assert print_own(tmp_path, "{{ %d | plural(%s) }}" % (count, forms)) == words  # noqa: UP031 - braces


def test_arabic_has_a_form_for_two(tmp_path: Path) -> None:
    environment = open_environment(tmp_path, language="ar", zone=NEW_YORK)
    forms = read_words(None, "ar")["stories"]
    assert environment.from_string("{{ 2 | plural(forms) }}").render(forms=forms) == "خبران"


def test_html_is_escaped_and_plain_text_is_not(tmp_path: Path) -> None:
    assert print_own(tmp_path, "{{ '<b>' }}") == "&lt;b&gt;"
    assert print_own(tmp_path, "{{ '<b>' }}", name="edition/own.txt") == "<b>"


def test_an_own_template_may_extend_the_one_it_replaces(tmp_path: Path) -> None:
    own = '{% extends "shipped/notice/confirm/body.html" %}{% block heading %}Ahoy{% endblock %}'
    environment = open_environment(
        write(tmp_path, "notice/confirm/body.html", own), language="en", zone=NEW_YORK
    )
    template = environment.get_template("notice/confirm/body.html")
    assert template.filename == str(tmp_path / "notice/confirm/body.html")
    assert environment.get_template("shipped/notice/confirm/body.html").filename == str(
        find_shipped("templates") / "notice/confirm/body.html"
    )


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n\n{{ nobody }}", r"edition/own\.html, line 3: 'nobody' is undefined"),
        ("\n{{ day.nothing }}", r"edition/own\.html, line 2: .*nothing"),
        ("\n{% if %}", r"edition/own\.html, line 2: Expected an expression"),
        ("{{ day | nofilter }}", r"edition/own\.html, line 1: No filter named 'nofilter'"),
        ("{{ 1 // 0 }}", r"edition/own\.html, line 1: "),
        ("{{ ''.__class__.__mro__ }}", r"edition/own\.html, line 1: .*unsafe"),
        ("{{ 'ü'.encode('ascii') }}", r"edition/own\.html, line 1: "),
        ('{% include "edition/none.html" %}', r"there is no template edition/none\.html"),
        ('{% include "edition/own.html" %}', r"edition/own\.html: the template includes itself"),
    ],
)
def test_a_wrong_template_is_named_with_its_line(tmp_path: Path, template: str, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        print_own(tmp_path, template)


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "edition").mkdir()
    (tmp_path / "edition/own.html").write_bytes(b"\xff\xfe")
    environment = open_environment(tmp_path, language="en", zone=NEW_YORK)
    with pytest.raises(RenderError, match=r"^edition/own\.html: "):
        print_template(environment, "edition/own.html")


def test_a_template_that_is_not_there_is_named() -> None:
    with pytest.raises(RenderError, match=r"there is no template edition/none\.html"):
        print_template(open_environment(None, language="en", zone=NEW_YORK), "edition/none.html")


def test_text_is_filled_to_lines() -> None:
    assert fill("one two three", 8) == "one two\nthree"
    assert fill("") == ""
    assert max(map(len, fill("x" * 500).split("\n"))) == 72


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1200, 800), (536, 357)),
        ((800, 1200), (357, 536)),
        ((300, 200), (300, 200)),
        ((9000, 1), (536, 1)),
        ((None, None), (1, 1)),
    ],
)
def test_a_picture_is_shrunk_to_its_box_and_never_blown_up(
    size: tuple[int | None, int | None], shown: tuple[int, int]
) -> None:
    assert fit(make_image(width=size[0], height=size[1]), 536, 536) == shown


def test_an_unknown_language_speaks_english() -> None:
    assert find_locale("tlh").language == "en"
    assert find_locale("zh-Hant-TW").territory == "TW"


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "ar"])
def test_every_language_has_every_word_with_the_same_gaps(language: str) -> None:
    english, words = read_words(None, "en"), read_words(None, language)
    assert words.keys() == english.keys()
    for name, word in english.items():
        if isinstance(word, str):
            for gap in ("{title}", "{address}", "{headline}", "{sender}"):
                assert (gap in word) == (gap in words[name]), name
        assert language == "en" or words[name] != word, name


def test_a_paper_changes_single_words_and_adds_languages(tmp_path: Path) -> None:
    own = '[en]\ntop_story = "Splash"\n[en-GB]\ninside = "In here"\n[nl]\nunsubscribe = "Afmelden"\n'
    folder = write(tmp_path, "edition/words.toml", own)
    assert read_words(folder, "en-GB")["top_story"] == "Splash"
    assert read_words(folder, "en-GB")["inside"] == "In here"
    assert read_words(folder, "en")["inside"] == "Inside"
    assert read_words(folder, "nl")["unsubscribe"] == "Afmelden"
    assert read_words(tmp_path / "nothing", "nl")["unsubscribe"] == "Unsubscribe"


@pytest.mark.parametrize("text", ["[en", 'unsubscribe = "Leave"'])
def test_words_that_cannot_be_read_are_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(RenderError, match=r"edition/words\.toml"):
        read_words(write(tmp_path, "edition/words.toml", text), "en")


# ── inlining ────────────────────────────────────────────────────────────────────────────────────────

PAGE = """<!doctype html><html><head><title>x</title>
<style data-press="inline">p { color: #111111 } .big { font-size: 20px !important }</style>
<style data-premailer="ignore">@media (max-width: 9px) { p { color: red !important } }</style>
<style>.own { margin: 0 }</style></head>
<body><!--[if mso]><i>o</i><![endif]--><p class="big own">&nbsp;<a href="https://mark.digest.invalid/unsubscribe">é
</a></p></body></html>"""


def test_styles_move_to_the_elements_and_the_doctype_is_upper_case() -> None:
    page = inline_styles(PAGE, name="x")
    assert page.startswith("<!DOCTYPE html>\n<html>")
    assert 'style="color:#111; margin:0; font-size:20px !important"' in page
    assert 'class="big own"' in page
    assert 'href="https://mark.digest.invalid/unsubscribe"' in page
    assert "<!--[if mso]><i>o</i><![endif]-->" in page
    assert "\u00a0" in page
    assert "é" in page


def test_only_the_sheet_that_was_inlined_is_taken_out() -> None:
    page = inline_styles(PAGE, name="x")
    assert "<style>@media (max-width: 9px) { p { color: red !important } }</style>" in page
    assert "<style>.own { margin: 0 }</style>" in page
    assert "data-press" not in page
    assert "data-premailer" not in page


@pytest.mark.parametrize("page", ["", "<p>no head</p>", "<html><head></head></html>"])
def test_a_page_that_is_none_is_refused(page: str) -> None:
    with pytest.raises(RenderError, match=r"^edition/body\.html: "):
        inline_styles(page, name="edition/body.html")


def test_one_rule_that_cannot_be_read_spoils_no_other() -> None:
    page = PAGE.replace("p { color: #111111 }", "p ; > { } p { color: #111111 }")
    assert "font-size:20px !important" in inline_styles(page, name="x")


def test_a_rule_that_premailer_stumbles_over_names_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise SyntaxError("Expected selector")

    monkeypatch.setattr("premailer.Premailer.transform", stumble)
    with pytest.raises(
        RenderError, match=r"edition/body\.html: styles cannot be inlined \(Expected selector\)"
    ):
        inline_styles(PAGE, name="edition/body.html")
