"""Ghost as a source: the played newspaper, and what a hostile one could say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.fetch import Fetched
from digest.ingest.ghost import GhostSource
from digest.ingest.ghostjson import story_of
from digest.model.article import Article, Image
from digest.ports import SourceMemory
from tests.ingest.intake import Site, say
from tests.newspapers.agreement import disagreements
from tests.newspapers.canned import CannedFetcher, as_json
from tests.newspapers.ghost import KEY, GhostPaper, id_of
from tests.newspapers.hostility import json_values, paths_in, with_field
from tests.newspapers.reading import asked, clock, conditional, fetcher
from tests.newspapers.serving import jpeg
from tests.newspapers.stories import NOW, SECTIONS, Newsroom, Story, invent, newsroom

EMPTY = SourceMemory()
SITE = "https://paper.example"


def source(site: Site, path: str = "/", **changes: Any) -> GhostSource:
    values: dict[str, Any] = {"clock": clock(), "key": KEY, **changes}
    return GhostSource("light", site.url(path), fetcher(site), **values)


def story_told(room: Newsroom, article: Article) -> Story:
    return next(story for story in room.stories if id_of(story) == article.guid)


def agree(articles: tuple[Article, ...], room: Newsroom) -> None:
    for article in articles:
        story = story_told(room, article)
        assert disagreements(article, story) == {}
        assert article.sections == (SECTIONS[story.section], "Tides")


@pytest.mark.parametrize("path", ["", "/", "/ghost/api/content/"])
def test_every_field_of_every_article_is_right(site: Site, path: str) -> None:
    room = newsroom(25)
    site.answer = GhostPaper(room).answer
    reading = source(site, path).read(EMPTY)
    assert [story_told(room, article).number for article in reading.articles] == list(range(25))
    assert reading.troubles == ()
    agree(reading.articles, room)


def test_a_picture_comes_with_alt_caption_and_credit(site: Site) -> None:
    room = newsroom(1)
    site.answer = GhostPaper(room).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    assert article.image == Image(
        url=site.url(f"/content/images/{room.stories[0].media}.jpg"),
        alt="Boats in a harbor, day 0",
        credit="Lea Novák",
        caption="Boats at dawn on day 0.",
    )
    assert light.open_picture(article.image) == jpeg()


def test_later_readings_ask_only_for_what_was_changed_since(site: Site) -> None:
    site.answer = GhostPaper(newsroom(120)).answer
    light = source(site)
    first = light.read(EMPTY)
    assert len(first.articles) == 120
    assert len(asked(site)) == 2
    second = light.read(first.memory)
    assert len(second.articles) == 2
    (path,) = asked(site)
    assert (
        "filter=updated_at%3A%3E%272026-11-24%2010%3A05%3A00%27&order=updated_at%20desc&limit=100&page=1"
        in path
    )
    third = light.read(second.memory)
    assert third.unchanged
    assert third.memory == second.memory
    assert conditional(site) == [True]


def test_new_edited_corrected_and_moved_articles_are_read_again(site: Site) -> None:
    room = newsroom(130)
    site.answer = GhostPaper(room).answer
    hours = clock()
    light = source(site, clock=hours)
    first = light.read(EMPTY)
    hours.advance(hours=3)
    at = NOW + timedelta(hours=2)
    room.publish(invent(130, published=at))
    room.edit(103, at=at, headline="A new headline & 5 < 7")
    room.edit(106, at=at, correction="Correction: the ferry left on Tuesday.")
    room.edit(109, at=at, slug="another-slug")
    second = light.read(first.memory)
    assert {story_told(room, article).number for article in second.articles} == {130, 103, 106, 109, 0, 1}
    agree(second.articles, room)


def test_tags_are_chosen_by_their_slugs(site: Site) -> None:
    site.answer = GhostPaper(newsroom(30)).answer
    light = source(site, sections=("sports", "arts"))
    first = light.read(EMPTY)
    assert len(first.articles) == 20
    assert {article.sections[0] for article in light.read(first.memory).articles} == {"Sports"}


def test_more_articles_than_allowed_are_counted(site: Site) -> None:
    site.answer = GhostPaper(newsroom(130)).answer
    reading = source(site, max_articles=30).read(EMPTY)
    assert len(reading.articles) == 30
    assert reading.troubles == ("and 100 more articles, which were not read",)


def test_a_key_that_is_missing_or_wrong_is_said(site: Site) -> None:
    site.answer = GhostPaper(newsroom(3)).answer
    with pytest.raises(SourceError, match="needs its content key; take it from Ghost's settings"):
        source(site, key=" ").read(EMPTY)
    with pytest.raises(
        SiteRefused, match="answered 401: its content key is wrong or no longer valid"
    ) as error:
        source(site, key="0" * 26).read(EMPTY)
    assert error.value.status == 401
    article = source(site).read(EMPTY).articles[0]
    with pytest.raises(SiteRefused, match="its content key is wrong or no longer valid"):
        source(site, key="0" * 26).recheck(article)
    site.answer = lambda h: say(h, b"", 403)
    with pytest.raises(SiteRefused, match=r"refuses robots.*; or its content key is no longer valid"):
        source(site).read(EMPTY)
    site.answer = lambda h: say(h, b"", 404)
    with pytest.raises(SiteRefused, match="answered 404: is this a Ghost site"):
        source(site).read(EMPTY)
    site.answer = lambda h: say(h, b"", 500)
    with pytest.raises(SiteRefused, match="the site itself has trouble"):
        source(site).read(EMPTY)
    site.answer = lambda h: say(h, b'{"posts": 7}')
    with pytest.raises(SourceError, match="without a list of posts"):
        source(site).read(EMPTY)


def test_a_teaser_is_completed_on_its_page(site: Site) -> None:
    site.answer = GhostPaper(newsroom(1)).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    whole = light.complete(replace(article, body=(), teaser=True))
    assert whole.paragraphs == article.paragraphs
    assert (whole.guid, whole.teaser) == (article.guid, False)


def test_an_article_looked_at_again_is_mapped_as_it_was_read(site: Site) -> None:
    room = newsroom(6)
    site.answer = GhostPaper(room).answer
    light = source(site)
    articles = light.read(EMPTY).articles
    for article in articles:
        assert light.recheck(article) == article
    room.edit(2, at=NOW, correction="Correction: it rained.", slug="moved", headline="It rained & rained")
    agree((light.recheck(articles[2]),), room)
    strange = replace(articles[3], guid=f"{articles[3].guid}#0123")
    assert light.recheck(strange) == strange


@pytest.mark.parametrize("state", ["draft", "deleted"])
def test_a_withdrawn_post_is_no_article(site: Site, state: str) -> None:
    room = newsroom(3)
    site.answer = GhostPaper(room).answer
    light = source(site)
    article = light.read(EMPTY).articles[1]
    room.edit(1, at=NOW, state=state)
    assert len(light.read(EMPTY).articles) == 2
    with pytest.raises(ArticleWithdrawn, match="answered 404; take the article out") as error:
        light.recheck(article)
    assert KEY not in str(error.value)


def test_an_article_without_an_id_is_looked_at_on_its_page(site: Site) -> None:
    room = newsroom(1)
    site.answer = GhostPaper(room).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    nameless = replace(article, guid=room.stories[0].uuid)
    assert light.recheck(nameless).headline == article.headline
    room.edit(0, at=NOW, state="deleted")
    with pytest.raises(ArticleWithdrawn):
        light.recheck(nameless)


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────

ITEMS = [GhostPaper(newsroom(0)).told(invent(number), SITE) for number in range(3)]


def told(item: Any) -> Article:
    return story_of(item, site=SITE).article(source="light", base=f"{SITE}/", section="", now=NOW)


def test_lines_are_plain_text_and_keep_what_looks_like_entities() -> None:
    article = told(
        ITEMS[0] | {"title": "Tom & Jerry &amp; 5 < 7", "custom_excerpt": "What 5 < 7 means & why"}
    )
    assert article.headline == "Tom & Jerry &amp; 5 < 7"
    assert article.abstract == "What 5 < 7 means & why"


def test_a_post_for_members_is_a_teaser() -> None:
    assert told(ITEMS[0] | {"access": False}).teaser
    teaser = told(ITEMS[0] | {"html": None, "custom_excerpt": None})
    assert teaser.teaser
    assert teaser.paragraphs == (invent(0).abstract,)


def test_one_author_and_no_tags_are_enough() -> None:
    article = told(
        ITEMS[0]
        | {"authors": None, "primary_author": {"name": "Ana Núñez"}, "tags": None, "primary_tag": None}
    )
    assert (article.authors, article.sections) == (("Ana Núñez",), ())


def test_a_post_without_an_id_is_known_by_its_uuid_or_address() -> None:
    assert told(ITEMS[0] | {"id": None}).guid == invent(0).uuid
    assert told(ITEMS[0] | {"id": None, "uuid": None}).guid == f"{SITE}/story-0/"


# ── hostility ───────────────────────────────────────────────────────────────────────────────────────


def canned(answer: Fetched) -> GhostSource:
    return GhostSource("light", SITE, CannedFetcher(lambda _: answer), key=KEY, clock=clock())


@settings(max_examples=150)
@given(st.sampled_from(paths_in(ITEMS[2])), json_values)
def test_whatever_stands_in_a_field_the_other_articles_are_read(path: tuple[Any, ...], value: Any) -> None:
    items = [ITEMS[0], ITEMS[1], with_field(ITEMS[2], path, value)]
    reading = canned(as_json({"posts": items, "meta": {"pagination": {"pages": 1}}})).read(EMPTY)
    assert {told(ITEMS[0]), told(ITEMS[1])} <= set(reading.articles)


@settings(max_examples=100)
@given(json_values | st.builds(lambda posts, meta: {"posts": posts, "meta": meta}, json_values, json_values))
def test_whatever_the_site_answers_only_a_source_error_is_raised(data: Any) -> None:
    light = canned(as_json(data))
    for act in (lambda: light.read(EMPTY), lambda: light.recheck(told(ITEMS[0]))):
        try:
            act()
        except SourceError:
            continue


@settings(max_examples=100)
@given(st.sampled_from(paths_in(ITEMS[0])), json_values)
def test_whatever_a_post_answers_only_a_source_error_is_raised(path: tuple[Any, ...], value: Any) -> None:
    light = canned(as_json({"posts": [with_field(ITEMS[0], path, value)]}))
    try:
        assert light.recheck(told(ITEMS[0])).guid == id_of(invent(0))
    except SourceError:
        return


def test_the_author_that_every_ghost_has_is_nobody() -> None:
    article = told({"title": "A", "html": "<p>The ferry left.</p>", "authors": [{"name": "Ghost"}]})
    assert (article.byline, article.authors) == ("", ())


def test_cards_that_only_ask_or_play_are_no_text_and_a_callout_is() -> None:
    cards = (
        "<div class='kg-card kg-button-card'><a class='kg-btn'>Give today</a></div>",
        "<div class='kg-card kg-audio-card'><div class='kg-audio-title'>Council tape</div><span>0:00</span></div>",
        "<div class='kg-card kg-file-card'><div class='kg-file-card-title'>Budget.pdf</div><p>1 MB</p></div>",
        "<div class='kg-card kg-product-card'><h4>Mug</h4><p>A mug for tea.</p></div>",
        "<div class='kg-card kg-signup-card'><h2>Sign up for the Light</h2><p>No spam.</p></div>",
        "<div class='kg-card kg-header-card'><h2>Join us</h2><p>Every day.</p></div>",
        "<div class='kg-callout-emoji'>⚓</div><div class='kg-callout-text'>The next meeting is on Dec. 4.</div>",
    )
    article = told({"title": "A", "html": f"<p>The ferry left.</p>{''.join(cards)}"})
    assert [block.text for block in article.blocks] == ["The ferry left.", "The next meeting is on Dec. 4."]
    assert {line.kind.value for line in article.dropped} == {"promo", "markup", "call"}
