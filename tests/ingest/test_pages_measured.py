"""Article pages: charsets, nonsense, and other people's pages measured against floors."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import contextlib
import gzip
import json
import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.htmltree import linked_data, parse_page
from digest.ingest.page import read_page
from digest.ingest.pagemeta import read_meta
from digest.model.article import Article
from tests.ingest.intake import shared

PARAGRAPHS = tuple(
    f"Paragraph {n} of the story says that the harbour bridge reopened on Monday after {n} months of slow repairs."
    for n in range(2, 9)
)
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def read(html: str, **more: str) -> Article:
    return read_page(html.encode(), source="s", guid="g", **more)


def page(head: str = "", above: str = "", below: str = "", body: str = BODY, lang: str = "en") -> str:
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body><header><nav>News Sports</nav></header>"
        f"<article>{above}<div class='entry-content'>{body}</div></article>{below}<footer>© The Paper</footer></body></html>"
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html><body><p>x</p></body></html>", "no headline"),
        (b"<html><title>Bridge</title><body></body></html>", "no article text"),
        (b"<!-- only a comment -->", "no"),
    ],
)
def test_pages_without_an_article_say_what_is_missing(raw: bytes, said: str) -> None:
    with pytest.raises(ArticleUnreadable, match=said):
        read_page(raw, source="s", guid="g")


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "", ""),
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "latin-1", ""),
        ("utf-16", "", ""),
        ("latin-1", "iso-8859-1", ""),
        ("cp1252", "", "windows-1252"),
        ("cp1252", "utf-8", ""),
        ("utf-8", "utf-16", ""),
        ("utf-8", "no-such-thing", ""),
    ],
)
def test_charsets_of_pages_are_found(encoding: str, declared: str, charset: str) -> None:
    meta = f"<meta charset='{declared}'>" if declared else ""
    html = page(
        head=f"{meta}<title>Núñez reopens bridge</title>", above="<h1>Núñez reopens bridge</h1>"
    ).replace("©", "")
    article = read_page(html.encode(encoding), source="s", guid="g", charset=charset)
    assert article.headline == "Núñez reopens bridge"


def test_linked_data_that_is_odd_is_passed_over() -> None:
    tree = parse_page(
        b"<script type='application/ld+json'></script><script type='application/ld+json'>7</script>"
        b'<script type=\'application/ld+json\'>[[{"@type": null}, {"@type": "Article", "author": {"@id": "#none"}}]]</script>'
        b"<script type='application/ld+json'>" + b"[" * 50_000 + b"</script>"
    )
    assert linked_data(tree)["author"] == {"@id": "#none"}


@given(st.text(alphabet="<>/=\"' articlebodyh1metimg{}[]:,", max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_page_whatsoever_raises_anything_but_unreadable(junk: str) -> None:
    with contextlib.suppress(ArticleUnreadable):
        read(f"<html><title>Bridge reopens</title>{junk}<article>{BODY}{junk}</article>")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_bodies_of_other_peoples_pages_are_found_as_well_as_measured() -> None:
    """Every tenth of 264 annotated pages: snippets that must and must not be in the body."""
    folder = shared("extraction-traf")
    annotated = json.loads((folder / "evaldata-kept.json").read_text(encoding="utf-8"))
    right = missed = wrong = comments = 0
    for number, (url, expected) in enumerate(sorted(annotated.items())):
        if number % 10:
            continue
        raw = gzip.decompress((folder / "html" / f"{expected['file']}.gz").read_bytes())
        try:
            article = read_page(raw, source="s", guid="g", url=url)
        except ArticleUnreadable:
            missed += len(expected["with"])
            continue
        said = flat(
            " ".join(p for passage in article.body for p in (passage.heading or "", *passage.paragraphs))
        )
        right += sum(flat(s) in said for s in expected["with"])
        missed += sum(flat(s) not in said for s in expected["with"])
        wrong += sum(flat(s) in said for s in expected["without"])
        comments += sum(bool(s.strip()) and flat(s) in said for s in expected.get("comments", []))
    assert 2 * right / (2 * right + missed + wrong) >= 0.93
    assert comments <= 3


def test_metadata_of_other_peoples_pages_is_found_as_well_as_measured() -> None:
    folder = shared("metadata-postlight")
    titles = [0, 0]
    dates = [0, 0, 0]
    people = [0, 0]
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        found = read_meta(
            parse_page(gzip.decompress((folder / gold["file"]).read_bytes())), url=gold["url"] or ""
        )
        if gold["title"]:
            titles[0] += 1
            titles[1] += re.sub(r"\W+", "", found.headline.casefold()) == re.sub(
                r"\W+", "", gold["title"].casefold()
            )
        if gold["author"] and found.authors:
            people[0] += 1
            people[1] += all(name.casefold() in gold["author"].casefold() for name in found.authors)
        if gold["date"]:
            dates[0] += 1
            if found.published_at is not None:
                day = found.published_at
                day = day.date() if isinstance(day, datetime) else day
                near = abs(day - date.fromisoformat(gold["date"][:10])) <= timedelta(days=1)
                dates[1] += near
                dates[2] += not near
    assert titles[1] / titles[0] >= 0.84
    assert people[1] / people[0] >= 0.85
    assert dates[1] / dates[0] >= 0.88
    assert dates[2] <= 2
