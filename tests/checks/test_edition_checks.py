"""The checks: a sound edition has no findings, and each fault is named by its rule."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, strategies as st

from digest.checks import RULES, EditionChecker
from digest.checks.links import CLIPPED_AT, same_address
from digest.checks.rules import breach
from digest.checks.size import LARGE, MAX_STYLE
from digest.config import MailSettings, PaperSettings
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Severity
from digest.model.marks import Mark
from digest.render.press import EditionPress
from digest.testing.factories import make_brief, make_edition, make_image

EDITION = make_edition(sections=(), headlines=())
STORY = EDITION.lead.url if EDITION.lead else ""
PICTURE = make_image().url
HTML = (
    '<!DOCTYPE html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8">'
    f"<title>{EDITION.subject}</title><style>p{{color:red}}</style></head><body>"
    '<div role="article" aria-label="x" lang="en" dir="ltr"><table role="presentation"><tr><td>'
    f'<h1>The Paper</h1><h2>News</h2><h3><a href="{STORY}">Bridge</a></h3>'
    f'<a href="{STORY}"><img src="{PICTURE}" alt="People" width="600" height="400"></a><p>Lea Novák</p>'
    f'<a href="{Mark.PREFERENCES}">Preferences</a><a href="{Mark.UNSUBSCRIBE}">Unsubscribe</a>'
    '<a href="mailto:x@paper.example">Corrections</a><a name="end">End</a></td></tr></table></div></body></html>'
)
TEXT = f"The Paper\n\n{STORY}\n\n{Mark.PREFERENCES}\n{Mark.UNSUBSCRIBE}\n"
PRINTED = PrintedEdition(newsletter="daily", day=EDITION.day, subject=EDITION.subject, html=HTML, text=TEXT)


def rules(printed: PrintedEdition = PRINTED, edition: Edition = EDITION) -> list[str]:
    return [finding.rule for finding in EditionChecker().check(edition, printed)]


def page(old: str, new: str) -> PrintedEdition:
    assert old in HTML
    return dataclasses.replace(PRINTED, html=HTML.replace(old, new))


def test_a_sound_edition_has_no_findings() -> None:
    assert rules() == []


def test_what_our_own_press_prints_may_be_published() -> None:
    press = EditionPress(PaperSettings(), MailSettings(), "https://news.paper.example")
    edition = make_edition()
    found = EditionChecker().check(edition, press.print_edition(edition))
    assert [finding for finding in found if finding.severity is Severity.MUST] == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<!DOCTYPE html>", "<!doctype html>", "html.doctype"),
        ('<html lang="en" ', "<html ", "html.lang"),
        ('<html lang="en" dir="ltr">', '<html lang="en" dir="sideways">', "html.dir"),
        ('aria-label="x" lang="en"', 'aria-label="x"', "html.wrapper"),
        ('aria-label="x" ', "", "html.role"),
        ('role="article" ', "", "html.role"),
        (f"<title>{EDITION.subject}", "<title>News", "html.title"),
        (f"<title>{EDITION.subject}</title>", "", "html.title"),
        ('<meta charset="utf-8">', '<meta name="x">', "html.charset"),
        ("<h1>The Paper</h1><h2>News</h2><h3>", "<p>", "html.h1"),
        ("<h2>News</h2>", "<h1>News</h1><h2>More</h2>", "html.h1"),
        ("<h2>News</h2>", "", "html.heading-order"),
        ('<table role="presentation">', "<table>", "html.layout-table"),
        ("<h2>News</h2>", "<h2>{{ name }}</h2>", "html.token"),
        ("<h2>News</h2>", "<h2>News</h2><script>1</script>", "html.script"),
        ("<h2>News</h2>", '<h2 onclick="x()">News</h2>', "html.script"),
        ("<h2>News</h2>", "<h2>News</h2><form></form>", "html.form"),
        ("<h2>News</h2>", "<h2>News</h2><iframe></iframe>", "html.embedded"),
        ("p{color:red}", "@import 'x.css'", "html.remote-style"),
        ("<h2>", '<h2 style="background:url( //x.example/a.png)">', "html.remote-style"),
        ("<td>", '<td background="a.png">', "html.remote-style"),
        ("<title>", '<link rel="StyleSheet" href="x"><title>', "html.remote-style"),
        (' alt="People" width', ' title="x" width', "images.alt"),
        (f'src="{PICTURE}"', 'src="cid:1"', "images.address"),
        (f'src="{PICTURE}"', f'src="{PICTURE}" srcset="b.jpg 2x"', "images.format"),
        (PICTURE, "https://x.example/a.WebP?x", "images.format"),
        (PICTURE, "http://x.example/a.jpg", "images.https"),
        (' width="600"', "", "images.dimensions"),
        ('height="400"', 'height="auto"', "images.dimensions"),
        ("Lea Novák", "Somebody", "images.credit"),
        ('href="mailto:x@paper.example"', 'href=" "', "links.empty"),
        ('href="mailto:x@paper.example"', 'href="#"', "links.empty"),
        ('href="mailto:x@paper.example"', 'href="mailto:"', "links.empty"),
        ('href="mailto:x@paper.example"', 'href="JavaScript:alert(1)"', "links.scheme"),
        ('href="mailto:x@paper.example"', 'href="/relative"', "links.scheme"),
        (Mark.UNSUBSCRIBE.value, "https://x.example/", "links.mark-html"),
        (Mark.PREFERENCES.value, "https://x.example/", "links.mark-html"),
        (f'href="{STORY}"', 'href="https://x.example/"', "links.story-html"),
        (">Corrections<", "> <", "links.text"),
        (">Corrections<", ">Read more …<", "links.vague"),
        (">Corrections<", ">Bridge<", "links.vague"),
    ],
)
def test_each_fault_of_the_page_is_named_by_its_rule(old: str, new: str, rule: str) -> None:
    found = set(rules(page(old, new)))
    # Without its alt text a linked picture leaves its link without words, too.
    assert found - ({"links.text"} if rule == "images.alt" else set()) == {rule}


def test_a_table_of_data_needs_no_role() -> None:
    assert rules(page("<h2>News</h2>", "<h2>News</h2><table><tr><th>x</th></tr></table>")) == []


def test_a_picture_at_no_address_at_all_is_named() -> None:
    assert set(rules(page(PICTURE, "https://[x"))) == set()
    assert set(rules(page(f'src="{PICTURE}" ', ""))) == {"images.address"}


def test_a_story_or_mark_missing_in_the_text_is_named() -> None:
    assert rules(dataclasses.replace(PRINTED, text=TEXT.replace(STORY or "", "x"))) == ["links.story-text"]
    for mark in Mark:
        without = dataclasses.replace(PRINTED, text=TEXT.replace(mark.value, "x"))
        assert rules(without) == ["links.mark-text"]


@pytest.mark.parametrize("url", [None, "", "ftp://x.example/a"])
def test_a_story_without_a_web_address_needs_no_link(url: str | None) -> None:
    assert rules(edition=dataclasses.replace(EDITION, lead=make_brief(1, url=url))) == []


def test_a_picture_is_credited_or_not_shown() -> None:
    uncredited = make_brief(1, url=STORY, image=make_image(credit=" "))
    assert rules(edition=dataclasses.replace(EDITION, lead=uncredited)) == ["images.credit"]
    other = make_brief(1, url=STORY, image=make_image(url="https://x.example/b.jpg", credit=""))
    assert rules(edition=dataclasses.replace(EDITION, lead=other)) == []


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://P.example/a%20b", "https://p.example/a b", True),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", True),
        ("https://p.example/a", "https://p.example:8443/a", False),
        ("https://p.example/a", "http://p.example/a", False),
        ("https://p.example/a", "https://p.example/b", False),
        ("https://p.example:x/a", " https://p.example:x/a ", True),
        ("mailto:a@p.example", "mailto:b@p.example", False),
    ],
)
def test_links_compare_as_addresses(one: str, two: str, *, same: bool) -> None:
    assert (same_address(one) == same_address(two)) is same


def padded(size: int, *, before: str) -> PrintedEdition:
    return page(before, "x" * (size - len(HTML.encode())) + before)


@pytest.mark.parametrize(
    ("size", "before", "found"),
    [
        (LARGE, "<h2>", []),
        (LARGE + 1, "<h2>", ["size.large"]),
        (CLIPPED_AT, "<h2>", ["size.large"]),
        (CLIPPED_AT + 1, "<h2>", ["size.clipped"]),
        (CLIPPED_AT + 2000, "<h2>", ["links.unsubscribe-late", "size.clipped"]),
        (CLIPPED_AT + 2000, "</body>", ["size.clipped"]),
    ],
)
def test_what_gmail_would_clip_is_named(size: int, before: str, found: list[str]) -> None:
    assert rules(padded(size, before=before)) == found


def test_styles_that_gmail_would_drop_are_named() -> None:
    assert rules(page("p{color:red}", "x" * (MAX_STYLE - 1))) == []
    assert rules(page("p{color:red}", "x" * MAX_STYLE)) == ["size.style"]


@pytest.mark.parametrize(
    ("subject", "rule"),
    [
        (" ", "headers.subject-empty"),
        ("x" * 71, "headers.subject-length"),
        ("Bridge\r\nBcc: v@x.example", "headers.subject-controls"),
        ("Bridge\u2028reopens", "headers.subject-controls"),
        ("Bridge =?utf-8?q?x?=", "headers.subject-encoded"),
        ("Bridge {% if %}", "html.token"),
    ],
)
def test_a_subject_that_would_not_arrive_is_named(subject: str, rule: str) -> None:
    html = HTML.replace(f"<title>{EDITION.subject}", f"<title>{subject}")
    found = rules(dataclasses.replace(PRINTED, subject=subject, html=html))
    assert set(found) == {rule}


@pytest.mark.parametrize(
    ("preheader", "found"),
    [
        ("x" * 39, ["headers.preheader-length"]),
        ("x" * 40, []),
        ("x" * 130, []),
        ("x" * 131, ["headers.preheader-length"]),
        ("", ["headers.preheader-length"]),
        ("x" * 40 + "\u200c" * 3, []),
        ("x" * 40 + "\u200c" * 4, ["headers.preheader-padding"]),
    ],
)
def test_a_preheader_that_is_cut_empty_or_padded_is_named(preheader: str, found: list[str]) -> None:
    assert rules(edition=dataclasses.replace(EDITION, preheader=preheader)) == found


def test_a_preheader_that_repeats_the_subject_or_first_headline_is_named() -> None:
    same = "The bridge over the harbour is open again today"
    headline = dataclasses.replace(EDITION, preheader=same, lead=make_brief(1, url=STORY, headline=same))
    assert rules(edition=headline) == ["headers.preheader-repeats"]
    html = HTML.replace(f"<title>{EDITION.subject}", f"<title>{same}")
    subject = dataclasses.replace(PRINTED, subject=same, html=html)
    assert rules(subject, dataclasses.replace(EDITION, preheader=same)) == ["headers.preheader-repeats"]


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ("é" * 499, []),
        ("é" * 500, ["text.long-line"]),
        ("Fish &amp; chips", ["text.entities"]),
        ("<BR>", ["text.entities"]),
        ("1 < 2 & 3 > 2", []),
        ("a\n\n\nb", []),
        ("a\n \n\n\nb", ["text.blank-lines"]),
        ("%}", ["html.token"]),
    ],
)
def test_plain_text_that_is_not_plain_is_named(added: str, found: list[str]) -> None:
    assert rules(dataclasses.replace(PRINTED, text=f"{TEXT}{added}\n")) == found


def test_an_edition_without_text_is_named() -> None:
    assert "text.empty" in rules(dataclasses.replace(PRINTED, text=" \n"))


def test_the_worst_comes_first_and_every_finding_says_what_to_do() -> None:
    broken = dataclasses.replace(PRINTED, html="<p>", text="")
    found = EditionChecker().check(EDITION, broken)
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=list(Severity).index)
    assert {Severity.MUST, Severity.SHOULD, Severity.INFO} == set(severities)
    assert all(finding.message for finding in found)


def test_every_rule_has_an_id_of_its_own_and_an_unknown_one_is_a_mistake() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.summary.endswith(".") for rule in RULES)
    with pytest.raises(KeyError):
        breach("html.unknown", "x")


def test_where_a_fault_stands_is_a_line_of_the_page() -> None:
    found = EditionChecker().check(EDITION, page("<h2>News</h2>", "\n\n<script></script><h2>News</h2>"))
    assert [(finding.rule, finding.where) for finding in found] == [("html.script", "line 4")]


@given(st.text(max_size=300), st.text(max_size=80))
def test_nothing_that_a_template_prints_makes_the_checks_raise(html: str, subject: str) -> None:
    for whole in (html, f"<html>{html}", HTML + html):
        EditionChecker().check(EDITION, dataclasses.replace(PRINTED, html=whole, text=html, subject=subject))


@pytest.mark.parametrize(
    "html", ["", " ", "\x00", "<p>" * 5000, "<!-- x -->", "<a href='\ud7ff'>x", "<?xml?>", "\udcff"]
)
def test_no_odd_page_makes_the_checks_raise(html: str) -> None:
    assert "html.doctype" in rules(dataclasses.replace(PRINTED, html=html))
