"""The checks: a sound edition has no findings, and each fault is named by its rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from digest.checks import RULES, EditionChecker
from digest.checks.size import CLIP, HEAVY
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Severity
from digest.model.marks import Mark
from digest.testing.factories import make_brief, make_edition, make_image

EDITION = make_edition(sections=(), headlines=())
LINK = EDITION.lead.url if EDITION.lead else ""
HTML = (
    '<!DOCTYPE html>\n<html lang="en" dir="ltr"><head><title>x</title><style>p{color:red}</style></head><body>'
    '<div role="article" lang="en" dir="ltr"><table role="presentation"><tr><td><h1>The Paper</h1>'
    f'<h2>News</h2><h3><a href="{LINK}">Bridge</a></h3>'
    f'<img src="{make_image().url}" alt="People" width="600" height="400"><p>Lea Novák</p>'
    f'<a href="{Mark.PREFERENCES}">Preferences</a><a href="{Mark.UNSUBSCRIBE}">Unsubscribe</a>'
    '<a href="mailto:x@paper.example">Corrections</a></td></tr></table></div></body></html>'
)
TEXT = f"The Paper\n\n{LINK}\n\n{Mark.PREFERENCES}\n{Mark.UNSUBSCRIBE}\n"
PRINTED = PrintedEdition(newsletter="daily", day=EDITION.day, subject=EDITION.subject, html=HTML, text=TEXT)


def _rules(printed: PrintedEdition = PRINTED, edition: Edition = EDITION) -> list[str]:
    return [finding.rule for finding in EditionChecker().check(edition, printed)]


def _html(old: str, new: str) -> PrintedEdition:
    assert old in HTML
    return dataclasses.replace(PRINTED, html=HTML.replace(old, new))


def test_a_sound_edition_has_no_findings() -> None:
    assert _rules() == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<!DOCTYPE html>", "<!doctype html>", "html.doctype"),
        ('<html lang="en" dir="ltr">', '<html dir="ltr">', "html.lang"),
        ('<html lang="en" dir="ltr">', '<html lang="en" dir="sideways">', "html.lang"),
        ('role="article" ', "", "html.lang"),
        ("<h1>The Paper</h1>", "", "html.headings"),
        ("<h2>News</h2>", "", "html.headings"),
        ("<h2>News</h2>", "<h1>News</h1><h2>News</h2>", "html.headings"),
        (' alt="People"', "", "html.alt"),
        (' width="600"', "", "html.dimensions"),
        ('height="400"', 'height="auto"', "html.dimensions"),
        ("<h2>News</h2>", "<h2>News</h2><script>1</script>", "html.forbidden"),
        ("<h2>News</h2>", '<h2 onclick="x()">News</h2>', "html.forbidden"),
        ("p{color:red}", "@import url(x.css)", "html.forbidden"),
        ("<h2>News</h2>", "<h2>{{ name }}</h2>", "html.tokens"),
        ("<h2>News</h2>", "<h2>{% if %}</h2>", "html.tokens"),
        ('<table role="presentation">', "<table>", "html.layout-tables"),
        (Mark.UNSUBSCRIBE.value, "https://x.example/", "links.marks"),
        (Mark.PREFERENCES.value, "https://x.example/", "links.marks"),
        ('href="mailto:x@paper.example"', 'href=""', "links.scheme"),
        ('href="mailto:x@paper.example"', "", "links.scheme"),
        ('href="mailto:x@paper.example"', 'href="javascript:alert(1)"', "links.scheme"),
        ("<p>Lea Novák</p>", "", "pictures.credit"),
    ],
)
def test_each_fault_of_the_page_is_named_by_its_rule(old: str, new: str, rule: str) -> None:
    assert set(_rules(_html(old, new))) == {rule}


def test_a_story_without_a_link_in_one_part_is_named() -> None:
    for part in ("html", "text"):
        printed = dataclasses.replace(
            PRINTED, **{part: getattr(PRINTED, part).replace(LINK, "https://x.example/")}
        )
        assert _rules(printed) == ["links.parity"]
    linkless = dataclasses.replace(EDITION, lead=make_brief(1, url=None))
    assert _rules(edition=linkless) == []


def test_a_picture_without_credit_is_named() -> None:
    without = dataclasses.replace(EDITION, lead=make_brief(1, url=LINK, image=make_image(credit=" ")))
    assert _rules(edition=without) == ["pictures.credit"]
    other = make_image(url="https://x.example/other.jpg", credit="")
    assert _rules(edition=dataclasses.replace(EDITION, lead=make_brief(1, url=LINK, image=other))) == []


def _padded(size: int, *, before: str) -> PrintedEdition:
    fill = "x" * (size - len(HTML.encode()))
    return _html(before, fill + before)


@pytest.mark.parametrize(
    ("size", "before", "rules"),
    [
        (HEAVY, "<h2>", []),
        (HEAVY + 1, "<h2>", ["size.heavy"]),
        (CLIP, "<h2>", ["size.heavy"]),
        (CLIP + 1, "<h2>", ["size.clipped"]),
        (CLIP + 2000, "<h2>", ["size.clipped", "size.footer"]),
        (CLIP + 2000, "</body>", ["size.clipped"]),
    ],
)
def test_what_gmail_would_clip_is_named(size: int, before: str, rules: list[str]) -> None:
    assert _rules(_padded(size, before=before)) == rules


@pytest.mark.parametrize(
    ("subject", "rules"),
    [
        ("", ["headers.subject"]),
        ("x" * 70, []),
        ("x" * 71, ["headers.subject"]),
        ("Bridge\r\nBcc: v@x.example", ["headers.subject"]),
        ("Bridge\u2028reopens", ["headers.subject"]),
        ("Bridge =?utf-8?q?x?=", ["headers.encoded-word"]),
    ],
)
def test_a_subject_that_would_not_arrive_is_named(subject: str, rules: list[str]) -> None:
    assert _rules(dataclasses.replace(PRINTED, subject=subject)) == rules


@pytest.mark.parametrize(
    ("preheader", "count"), [("too short", 1), ("x" * 131, 1), ("x" * 40, 0), ("x" * 130, 0)]
)
def test_a_preheader_that_is_cut_or_empty_is_named(preheader: str, count: int) -> None:
    edition = dataclasses.replace(EDITION, preheader=preheader)
    assert _rules(edition=edition) == ["headers.preheader"] * count


def test_a_preheader_that_repeats_the_subject_is_named() -> None:
    same = "The bridge over the harbour is open again today"
    printed = dataclasses.replace(PRINTED, subject=same)
    assert _rules(printed, dataclasses.replace(EDITION, preheader=same)) == ["headers.preheader"]


@pytest.mark.parametrize(
    ("added", "rules"),
    [
        ("é" * 499, []),
        ("é" * 500, ["text.lines"]),
        ("Fish &amp; chips", ["text.entities"]),
        ("<br>", ["text.entities"]),
        ("1 < 2 & 3 > 2", []),
        ("a\n\n\n\nb", ["text.blanks"]),
    ],
)
def test_plain_text_that_is_not_plain_is_named(added: str, rules: list[str]) -> None:
    assert _rules(dataclasses.replace(PRINTED, text=f"{TEXT}{added}\n")) == rules


def test_the_worst_comes_first_and_every_rule_has_an_id_of_its_own() -> None:
    broken = dataclasses.replace(PRINTED, html="", text="")
    severities = [finding.severity for finding in EditionChecker().check(EDITION, broken)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("html", ["", "<", "\x00", "<p>" * 5000, "{{", "<a href='\ud7ff'>x"])
def test_no_page_makes_the_checks_raise(html: str) -> None:
    check: Callable[..., object] = EditionChecker().check
    assert check(EDITION, dataclasses.replace(PRINTED, html=html))
