"""WordPress as a source: the played newspaper, read, read again, and looked at again."""

# The quotation marks of newspapers are what is read here.

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.wordpress import WordpressSource
from digest.model.article import Article, Image
from digest.ports import SourceMemory
from tests.ingest.intake import Site, say
from tests.newspapers.agreement import disagreements
from tests.newspapers.canned import CannedFetcher, as_json
from tests.newspapers.reading import asked, clock, conditional, fetcher
from tests.newspapers.serving import jpeg
from tests.newspapers.stories import NOW, SECTIONS, Newsroom, invent, newsroom
from tests.newspapers.wordpress import WordpressPaper

EMPTY = SourceMemory()
SITE = "https://paper.example"


def source(site: Site, path: str = "/", **changes: Any) -> WordpressSource:
    values: dict[str, Any] = {"clock": clock(), **changes}
    return WordpressSource("light", site.url(path), fetcher(site), **values)


def number_of(article: Article) -> int:
    return int(article.guid.rpartition("=")[2]) - 1


def agree(articles: tuple[Article, ...], room: Newsroom) -> None:
    for article in articles:
        story = room.find(number=number_of(article))
        assert story is not None
        assert disagreements(article, story) == {}
        assert article.subhead == story.subhead
        assert article.sections == (SECTIONS[story.section],)


@pytest.mark.parametrize(
    "path", ["", "/", "/wp-json", "/wp-json/", "/wp-json/wp/v2", "/?rest_route=", "/?rest_route=/"]
)
def test_every_field_of_every_article_is_right(site: Site, path: str) -> None:
    room = newsroom(25)
    site.answer = WordpressPaper(room).answer
    reading = source(site, path).read(EMPTY)
    assert [number_of(article) for article in reading.articles] == list(range(25))
    assert reading.troubles == ()
    agree(reading.articles, room)


def test_a_picture_is_the_broadest_size_that_is_not_too_broad(site: Site) -> None:
    room = newsroom(1)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    assert article.image == Image(
        url=site.url(f"/wp-content/uploads/{room.stories[0].media}-1536x1024.jpg"),
        alt="Boats in a harbor, day 0",
        credit="Lea Novák",
        caption="Boats at dawn on day 0.",
    )
    assert light.open_picture(article.image) == jpeg()


def test_pages_are_read_to_the_last_even_where_nobody_counts_them(site: Site) -> None:
    room = newsroom(200)
    for headers in (True, False):
        site.answer = WordpressPaper(room, headers=headers).answer
        assert len(source(site).read(EMPTY).articles) == 200
    assert [path.partition("&page=")[2][0] for path in asked(site)] == ["1", "2", "1", "2", "3"]


def test_later_readings_ask_only_for_what_was_changed_since(site: Site) -> None:
    room = newsroom(120)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    first = light.read(EMPTY)
    assert first.memory.mark == "2026-11-24T11:05:00+00:00"
    asked(site)
    second = light.read(first.memory)
    assert [number_of(article) for article in second.articles] == [0, 1]
    by_date, by_change = asked(site)
    assert "&after=2026-11-24T10:05:00Z&orderby=date&order=desc&" in by_date
    assert "&modified_after=2026-11-24T10:05:00Z&orderby=modified&order=desc&" in by_change
    third = light.read(second.memory)
    assert third.unchanged
    assert third.memory == second.memory
    assert conditional(site) == [True, True]


def test_a_post_that_was_scheduled_is_read_when_it_comes_out(site: Site) -> None:
    room = newsroom(5)
    site.answer = WordpressPaper(room).answer
    hours = clock()
    light = source(site, clock=hours)
    memory = light.read(EMPTY).memory
    hours.advance(hours=3)
    written = invent(40, published=NOW + timedelta(hours=2))
    written.modified = NOW - timedelta(days=4)
    room.publish(written)
    second = light.read(memory)
    assert 40 in {number_of(article) for article in second.articles}
    assert second.memory.mark == (NOW + timedelta(hours=2)).isoformat()


def test_a_site_that_does_not_know_the_question_is_not_read_to_its_end(site: Site) -> None:
    paper = WordpressPaper(newsroom(300), etags=False)

    def answer(handler: Any) -> None:
        handler.path = handler.path.replace("modified_after", "whatever").replace("after", "whatever")
        paper.answer(handler)

    site.answer = answer
    light = source(site)
    memory = light.read(EMPTY).memory
    asked(site)
    assert len(light.read(memory).articles) == 100
    assert len(asked(site)) == 2


def test_new_edited_corrected_and_moved_articles_are_read_again(site: Site) -> None:
    room = newsroom(130)
    site.answer = WordpressPaper(room).answer
    hours = clock()
    light = source(site, clock=hours)
    first = light.read(EMPTY)
    hours.advance(hours=3)
    at = NOW + timedelta(hours=2)
    room.publish(invent(130, published=at))
    room.edit(103, at=at, headline="A new headline & more")
    room.edit(106, at=at, correction="Correction: the ferry left on Tuesday.")
    room.edit(109, at=at, slug="another-slug")
    second = light.read(first.memory)
    assert {number_of(article) for article in second.articles} == {130, 103, 106, 109, 0, 1}
    agree(second.articles, room)
    assert second.memory.mark == (at + timedelta(minutes=5)).isoformat()


def test_categories_are_chosen_by_their_slugs(site: Site) -> None:
    room = newsroom(30)
    site.answer = WordpressPaper(room).answer
    light = source(site, sections=("sports", "arts", "opinion", "sports"))
    reading = light.read(EMPTY)
    assert {article.sections[0] for article in reading.articles} == {"Sports", "Arts & Culture"}
    assert len(reading.articles) == 20
    assert reading.troubles == ("there is no category opinion; look it up in the site's addresses",)
    asked(site)
    light.read(reading.memory)
    assert [path.partition("?")[0] for path in asked(site)] == ["/wp-json/wp/v2/posts"] * 2
    with pytest.raises(SourceError, match="has none of the categories opinion"):
        source(site, sections=("opinion",)).read(EMPTY)
    with pytest.raises(SourceError, match="none of the categories"):
        WordpressSource("light", SITE, CannedFetcher(lambda _: as_json({})), sections=("news",)).read(EMPTY)


def test_more_articles_than_allowed_are_counted(site: Site) -> None:
    site.answer = WordpressPaper(newsroom(130)).answer
    reading = source(site, max_articles=30).read(EMPTY)
    assert [number_of(article) for article in reading.articles] == list(range(30))
    assert reading.troubles == ("and 100 more articles, which were not read",)


def test_a_closed_interface_says_what_to_ask_for(site: Site) -> None:
    site.answer = WordpressPaper(newsroom(3), closed=True).answer
    with pytest.raises(SiteRefused, match="ask the site's host to allow"):
        source(site).read(EMPTY)
    site.answer = lambda h: say(h, b"", 401)
    with pytest.raises(SiteRefused, match="/wp-json answered 401: its interface is closed to visitors"):
        source(site).read(EMPTY)
    site.answer = lambda h: say(h, b"", 404)
    with pytest.raises(SiteRefused, match="/wp-json answered 404: is this a WordPress site") as error:
        source(site).read(EMPTY)
    assert error.value.status == 404
    site.answer = lambda h: say(h, b'{"code": "rest_no_route"}')
    with pytest.raises(SourceError, match="without a list of posts"):
        source(site).read(EMPTY)


def test_a_teaser_is_completed_on_its_page(site: Site) -> None:
    room = newsroom(1)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    whole = light.complete(replace(article, body=(), teaser=True))
    assert whole.paragraphs == article.paragraphs
    assert (whole.guid, whole.teaser) == (article.guid, False)


def test_an_article_looked_at_again_is_mapped_as_it_was_read(site: Site) -> None:
    room = newsroom(6)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    articles = light.read(EMPTY).articles
    for article in articles:
        assert light.recheck(article) == article
    room.edit(2, at=NOW, correction="Correction: it rained.", slug="moved", headline="It rained & rained")
    agree((light.recheck(articles[2]),), room)
    strange = replace(articles[3], guid=f"{articles[3].guid}#0123")
    assert light.recheck(strange) == strange


@pytest.mark.parametrize(("state", "status"), [("draft", 401), ("deleted", 404)])
def test_a_withdrawn_post_is_no_article(site: Site, state: str, status: int) -> None:
    room = newsroom(3)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    article = light.read(EMPTY).articles[1]
    room.edit(1, at=NOW, state=state)
    assert len(light.read(EMPTY).articles) == 2
    with pytest.raises(ArticleWithdrawn, match=rf"posts/2 answered {status}; take the article out"):
        light.recheck(article)


def test_a_site_that_refuses_everything_withdraws_nothing(site: Site) -> None:
    paper = WordpressPaper(newsroom(3))
    site.answer = paper.answer
    light = source(site)
    article = light.read(EMPTY).articles[1]
    paper.closed = True
    with pytest.raises(SiteRefused) as error:
        light.recheck(article)
    assert error.value.status == 403
    site.answer = lambda h: say(h, b'{"code": "rest_no_route"}', 404)
    with pytest.raises(SiteRefused) as error:
        light.recheck(article)
    assert error.value.status == 404
    site.answer = lambda h: say(h, b"", 500)
    with pytest.raises(SiteRefused) as error:
        light.recheck(article)
    assert error.value.status == 500


def test_an_article_without_a_number_is_looked_at_on_its_page(site: Site) -> None:
    room = newsroom(1)
    site.answer = WordpressPaper(room).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    nameless = replace(article, guid=article.url or "")
    assert light.recheck(nameless).headline == article.headline
    room.edit(0, at=NOW, state="deleted")
    with pytest.raises(ArticleWithdrawn):
        light.recheck(nameless)
