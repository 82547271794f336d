"""An article's own page: teasers become whole, withdrawals and edits are seen, and nothing else is."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import contextlib
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from digest.config import CollectSettings
from digest.errors import ArticleUnreadable, ArticleWithdrawn, SiteRefused, SourceBusy, SourceError
from digest.ingest.fetch import Fetcher
from digest.ingest.likeness import is_edited, letters, same_picture, tells_of
from digest.ingest.ownpage import OwnPage
from digest.model.article import Article, Dropped, DroppedKind, Image, Passage
from digest.testing.factories import make_article
from tests.ingest.intake import Site, home, say

HEADLINE = "Harbour bridge reopens after repairs"
SENTENCES = tuple(
    f"On pier number {number} the {what} were replaced, the engineers told the council on Monday evening."
    for number, what in enumerate(
        ("bolts", "cables", "lamps", "railings", "stairs", "planks", "signs", "bearings", "drains", "joints"),
        start=1,
    )
)
FIGURE = (
    '<figure><img src="/pics/bridge-1024x683.jpg" alt="A bridge at dawn">'
    "<figcaption>The bridge on Monday. Photo by Lea Novák</figcaption></figure>"
)
MODIFIED = '<meta property="article:modified_time" content="{}">'


def page(
    *paragraphs: str,
    headline: str = HEADLINE,
    title: str = "",
    head: str = "",
    before: str = "",
    body: str = "",
) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or SENTENCES)
    return (
        f'<!doctype html><html lang="en-US"><head><meta charset="utf-8">'
        f"<title>{title or headline} | The Harbor Light</title>"
        f'<meta property="og:title" content="{title or headline}">{head}</head>'
        f'<body><h1>{headline}</h1>{before}<div itemprop="articleBody">{text}{body}</div></body></html>'
    ).encode()


def listed(site: Site, **changes: Any) -> Article:
    values: dict[str, Any] = {
        "source": "harbor",
        "guid": "b-7",
        "url": site.url("/2026/bridge"),
        "headline": HEADLINE,
        "body": (Passage(heading=None, paragraphs=("Nine months of work are over …",)),),
        "teaser": True,
    }
    return Article(**{**values, **changes})


def own_page(site: Site) -> OwnPage:
    return OwnPage(Fetcher(CollectSettings(timeout=3), site.allow, resolve=home))


def shows(site: Site, raw: bytes) -> None:
    site.answer = lambda handler: say(handler, raw, Content_Type="text/html; charset=utf-8")


# ── completing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_teaser_becomes_whole_and_keeps_what_the_listing_says(site: Site) -> None:
    shows(
        site,
        page(
            before="<p class='byline'>By Somebody Else</p>" + FIGURE,
            body="<p>Subscribe to our newsletter!</p>",
        ),
    )
    teaser = listed(
        site, byline="By Ana Núñez", authors=("Ana Núñez",), sections=("News",), published_at=date(2026, 5, 4)
    )
    whole = own_page(site).complete(teaser)
    assert whole.paragraphs == SENTENCES
    assert (whole.source, whole.guid, whole.url) == (teaser.source, teaser.guid, teaser.url)
    assert (whole.headline, whole.byline, whole.authors) == (HEADLINE, "By Ana Núñez", ("Ana Núñez",))
    assert (whole.sections, whole.published_at) == (("News",), date(2026, 5, 4))
    assert not whole.teaser
    assert whole.language == "en-US"
    assert [d.kind for d in whole.dropped] == [DroppedKind.CALL]
    assert whole.image is not None
    assert (whole.image.credit, whole.image.caption) == ("Lea Novák", "The bridge on Monday.")


def test_what_the_listing_does_not_say_the_page_fills_in(site: Site) -> None:
    data = {
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "author": {"name": "Ana Núñez"},
        "datePublished": "2026-05-04T10:30:00Z",
        "articleSection": "Campus",
    }
    shows(
        site,
        page(
            head=f'<script type="application/ld+json">{json.dumps(data)}</script>',
            body="<p>Correction: An earlier version named the wrong pier.</p>",
        ),
    )
    whole = own_page(site).complete(listed(site, headline="", body=(), language="en"))
    assert whole.headline == HEADLINE
    assert whole.authors == ("Ana Núñez",)
    assert whole.published_at == datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
    assert whole.sections == ("Campus",)
    assert "wrong pier" in whole.correction
    assert whole.language == "en"


def test_the_pages_figure_knows_the_credit_of_the_feeds_picture(site: Site) -> None:
    shows(site, page(before=FIGURE))
    small = Image(url="https://img.example/w/bridge-300x200.jpg", alt="A bridge")
    assert own_page(site).complete(listed(site, image=small)).image == Image(
        url=small.url, alt="A bridge", credit="Lea Novák", caption="The bridge on Monday."
    )
    other = Image(url="https://img.example/harbour.jpg")
    replaced = own_page(site).complete(listed(site, image=other)).image
    assert replaced is not None
    assert replaced.credit == "Lea Novák"
    credited = replace(other, credit="Tom Okafor")
    assert own_page(site).complete(listed(site, image=credited)).image == credited
    shows(site, page())
    assert own_page(site).complete(listed(site, image=other)).image == other


def test_a_body_that_is_not_much_longer_on_the_page_stays_the_listings(site: Site) -> None:
    said = (Passage(heading=None, paragraphs=SENTENCES[:9]),)
    call = (Dropped(kind=DroppedKind.CALL, text="Subscribe!"),)
    shows(site, page())
    whole = own_page(site).complete(listed(site, body=said, dropped=call))
    assert (whole.body, whole.dropped, whole.teaser) == (said, call, False)


def test_a_paywall_leaves_the_listings_body(site: Site) -> None:
    shows(site, page(SENTENCES[0]))
    said = (Passage(heading=None, paragraphs=SENTENCES[:3]),)
    whole = own_page(site).complete(listed(site, body=said))
    assert (whole.body, whole.teaser) == (said, False)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 500, "empty|text file|no HTML"),
        (b"<html><title>Before you continue</title><h1>Before you continue</h1>"
         + b"<p>We and our partners store cookies on your device to show you what you like to see.</p>" * 9, "tells of something else"),
        (page("Too short.", headline="A regatta is rowed"), "tells of something else"),
    ],
)  # fmt: skip
def test_a_page_that_shows_no_article_is_a_source_error(site: Site, raw: bytes, said: str) -> None:
    shows(site, raw)
    with pytest.raises(ArticleUnreadable, match=said):
        own_page(site).complete(listed(site))
    with pytest.raises(ArticleUnreadable, match=said):
        own_page(site).recheck(listed(site))


def test_an_article_without_address_cannot_be_looked_up(site: Site) -> None:
    for look in (own_page(site).complete, own_page(site).recheck):
        with pytest.raises(SourceError, match="no address of its own; ask"):
            look(listed(site, url=None))
    assert not site.requests


def test_a_reader_that_trips_over_a_page_is_a_source_error(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*_args: object, **_more: object) -> Article:
        raise IndexError("a bug")

    monkeypatch.setattr("digest.ingest.page.read_page", trip)
    with pytest.raises(ArticleUnreadable, match="IndexError"):
        own_page(site).complete(listed(site))


# ── looking again ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_a_withdrawal(site: Site, status: int) -> None:
    site.answer = lambda handler: say(handler, b"", status)
    with pytest.raises(ArticleWithdrawn, match=str(status)):
        own_page(site).recheck(listed(site))
    with pytest.raises(SiteRefused):
        own_page(site).complete(listed(site))


@pytest.mark.parametrize("status", [401, 403, 451, 500, 503])
def test_other_failures_say_nothing_of_the_article(site: Site, status: int) -> None:
    site.answer = lambda handler: say(handler, b"", status)
    with pytest.raises(SiteRefused) as refused:
        own_page(site).recheck(listed(site))
    assert refused.value.status == status


def test_a_site_that_asks_to_wait_is_heard(site: Site) -> None:
    site.answer = lambda handler: say(handler, b"", 429, Retry_After="60")
    with pytest.raises(SourceBusy):
        own_page(site).recheck(listed(site))


def test_a_page_that_leads_to_the_front_page_is_a_withdrawal(site: Site) -> None:
    def answer(handler: Any) -> None:
        if handler.path == "/":
            say(handler, page())
        else:
            say(handler, b"", 302, Location="/")

    site.answer = answer
    with pytest.raises(ArticleWithdrawn, match="front page"):
        own_page(site).recheck(listed(site))
    assert own_page(site).recheck(listed(site, url=site.url("/"))).headline == HEADLINE


@pytest.mark.parametrize(
    "said",
    [
        "404", "Error 404", "404 Not Found", "404: Page not found", "Page Not Found", "Page not found – The Harbor Light",
        "Not Found", "Sorry, this page cannot be found.", "Oops! That page can’t be found.", "Article not found",
        "The page doesn't exist",
        "404 - File not found", "Not found (404)", "The page you requested could not be found",
    ],
)  # fmt: skip
def test_a_page_that_says_it_was_not_found_is_a_withdrawal(site: Site, said: str) -> None:
    shows(site, f"<html><title>The Harbor Light</title><h1>{said}</h1><p>Try the search.</p>".encode())
    with pytest.raises(ArticleWithdrawn, match="not found"):
        own_page(site).recheck(listed(site))
    shows(site, f"<html><title>{said} | The Harbor Light</title><p>Try the search.</p>".encode())
    with pytest.raises(ArticleWithdrawn, match="not found"):
        own_page(site).recheck(listed(site))


@pytest.mark.parametrize(
    "headline",
    [
        "404 students miss the harbour bridge",
        "Harbour bridge bolts not found in 404 boxes",
        "Lost page found",
    ],
)
def test_an_article_about_things_not_found_is_no_withdrawal(site: Site, headline: str) -> None:
    shows(site, page(headline=headline))
    assert own_page(site).recheck(listed(site, headline=headline)).headline == headline


def test_a_correction_is_seen(site: Site) -> None:
    shows(site, page())
    whole = own_page(site).complete(listed(site))
    shows(site, page(body="<p>Correction: An earlier version named the wrong pier.</p>"))
    seen = own_page(site).recheck(whole)
    assert "wrong pier" in seen.correction
    assert replace(seen, correction="") == whole
    shows(site, page())
    assert own_page(site).recheck(seen) == seen


def test_a_new_headline_is_believed_only_if_the_page_agrees_with_itself(site: Site) -> None:
    shows(site, page())
    whole = own_page(site).complete(listed(site))
    shows(
        site,
        page(
            headline="Harbour bridge reopens after nine months",
            title="Harbour bridge reopens after nine months",
        ),
    )
    assert own_page(site).recheck(whole).headline == "Harbour bridge reopens after nine months"
    shows(site, page(headline="Bridge open again", title=HEADLINE))
    assert own_page(site).recheck(whole).headline == HEADLINE


@pytest.mark.parametrize(
    "title", [HEADLINE.upper(), f"{HEADLINE} – Opinion", f"“{HEADLINE}”", HEADLINE.replace(" ", "&nbsp;")]
)
def test_a_headline_set_otherwise_is_no_new_one(site: Site, title: str) -> None:
    shows(site, page(headline=title))
    whole = own_page(site).complete(listed(site))
    assert whole.headline == HEADLINE
    assert own_page(site).recheck(whole) == whole


def test_an_edited_sentence_of_a_completed_article_is_seen(site: Site) -> None:
    shows(site, page())
    whole = own_page(site).complete(listed(site))
    edited = (*SENTENCES[:4], SENTENCES[4].replace("Monday evening", "Tuesday morning"), *SENTENCES[5:])
    shows(site, page(*edited))
    assert own_page(site).recheck(whole).paragraphs == edited


def test_the_body_of_a_feed_stays_when_the_page_is_only_read_otherwise(site: Site) -> None:
    said = (Passage(heading=None, paragraphs=SENTENCES),)
    held = listed(site, body=said, teaser=False, updated_at=datetime(2026, 5, 4, tzinfo=UTC))
    for raw in (
        page(
            *SENTENCES, "Ana Núñez is a junior who writes about harbours, bridges and weather for the paper."
        ),
        page(*SENTENCES[:9]),
        page(f"{SENTENCES[0]} {SENTENCES[1]}", *SENTENCES[2:]),
        page(*(text.replace(" the ", " <b>the</b>&nbsp;") for text in SENTENCES)),
        page(*SENTENCES, head=MODIFIED.format("2026-05-04T00:00:30Z")),
        page("Another text altogether, which shares the headline and nothing else of the article at all."),
    ):
        shows(site, raw)
        assert own_page(site).recheck(held) == held


def test_paragraphs_that_came_count_when_the_page_says_it_was_changed() -> None:
    then, now = datetime(2026, 5, 4, 10, tzinfo=UTC), datetime(2026, 5, 4, 12, tzinfo=UTC)
    base = Article(
        source="s", guid="g", url=None, headline=HEADLINE, body=(Passage(heading=None, paragraphs=SENTENCES),)
    )
    longer = replace(
        base, body=(Passage(heading=None, paragraphs=(*SENTENCES, "Update: the bridge closed again.")),)
    )
    assert not is_edited(longer, base)
    assert not is_edited(replace(longer, updated_at=now), base)
    assert not is_edited(replace(longer, updated_at=then), replace(base, updated_at=then))
    assert is_edited(replace(longer, updated_at=now), replace(base, updated_at=then))
    assert not is_edited(replace(base, updated_at=now), replace(base, updated_at=then))
    assert not is_edited(longer, replace(base, body=()))


def test_when_the_page_changed_is_noted_with_the_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from digest.ingest import page as page_module  # noqa: PLC0415 # to be replaced

    read = page_module.read_page
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    monkeypatch.setattr(page_module, "read_page", lambda *a, **k: replace(read(*a, **k), updated_at=now))
    shows(site, page())
    whole = own_page(site).complete(listed(site))
    assert whole.updated_at == now
    early = replace(whole, updated_at=None)
    assert own_page(site).recheck(early) == early
    shows(site, page(body="<p>Correction: An earlier version named the wrong pier.</p>"))
    assert own_page(site).recheck(early).updated_at == now


_WORD = st.sampled_from(
    [
        *("harbour", "bridge", "council", "engineers", "ferry", "mayor", "students", "tide", "lamps"),
        *("“pier”", "40", "café", "naïve", "&", "<i>new</i>"),
    ]
)
_PARAGRAPH = st.lists(_WORD, min_size=3, max_size=40).map(" ".join)


@given(
    paragraphs=st.lists(_PARAGRAPH, min_size=1, max_size=8),
    headline=st.lists(_WORD, min_size=1, max_size=8).map(" ".join),
    shown=st.lists(_WORD, min_size=1, max_size=8).map(" ".join),
    teaser=st.lists(_PARAGRAPH, max_size=2),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_that_did_not_change_gives_back_an_equal_article(
    site: Site, paragraphs: list[str], headline: str, shown: str, teaser: list[str]
) -> None:
    shows(site, page(*paragraphs, headline=shown))
    body = (Passage(heading=None, paragraphs=tuple(teaser)),) if teaser else ()
    try:
        whole = own_page(site).complete(listed(site, headline=headline, body=body))
    except ArticleUnreadable:
        return
    assert own_page(site).recheck(whole) == whole


# ── likeness ────────────────────────────────────────────────────────────────────────────────────────


def test_letters_are_what_no_typography_changes() -> None:
    assert letters("“It’s a Café” – no_1") == letters("It's a CAFÉ - no 1")
    assert letters("one") != letters("two")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/bridge.jpg", "https://b.example/x/bridge-300x200.jpg?w=1", True),
        ("https://a.example/bridge-scaled.jpg", "https://a.example/bridge-1024x683.webp", True),
        ("https://a.example/u.sized-1000x1000.jpg", "https://a.example/u.jpg", True),
        ("https://a.example/bridge.jpg", "https://a.example/harbour.jpg", False),
        ("https://a.example/", "https://b.example/", False),
    ],
)
def test_sizes_of_one_picture_are_one_picture(one: str, other: str, *, same: bool) -> None:
    assert same_picture(Image(url=one), Image(url=other)) is same


@pytest.mark.parametrize(
    ("headline", "called", "same"),
    [
        ("Bridge reopens", "Harbour bridge reopens after repairs", True),
        ("Bridge reopens", "Before you continue", False),
        ("", "Anything", True),
        ("Bridge", "", False),
    ],
)
def test_a_page_is_known_by_what_it_calls_itself(headline: str, called: str, *, same: bool) -> None:
    def article(text: str) -> Article:
        return Article(source="s", guid="g", url=None, headline=text)

    assert tells_of([called], article(called), article(headline)) is same


def test_a_title_without_end_costs_neither_time_nor_memory(site: Site) -> None:
    title = "Bridge | " * 30_000
    site.answer = lambda handler: say(handler, f"<title>{title}</title><h1>{title}</h1>".encode())
    article = make_article("a", url=site.url("/bridge"))
    tracemalloc.start()
    with contextlib.suppress(SourceError):
        OwnPage(Fetcher(CollectSettings(), site.allow, resolve=home)).recheck(article)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_paragraphs_written_to_be_compared_for_hours_are_compared_at_once() -> None:
    shared = " ".join(f"word{number}" for number in range(2_000))
    old = make_article("a", body=(Passage(heading=None, paragraphs=(shared, *["a b " * 500] * 40)),))
    new = make_article("a", body=(Passage(heading=None, paragraphs=(shared, *["b c a c " * 250] * 40)),))
    assert is_edited(new, old)
