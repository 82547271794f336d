"""SNworks as a source: the played newspaper in all its shapes, read, read again, and looked at again."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.snworks import SnworksSource
from digest.model.article import Article, Image
from digest.ports import SourceMemory
from tests.ingest.intake import Site, say
from tests.newspapers.agreement import disagreements
from tests.newspapers.reading import asked, clock, conditional, fetcher
from tests.newspapers.serving import jpeg
from tests.newspapers.snworks import MEDIA, SnworksPaper
from tests.newspapers.stories import NOW, SECTIONS, Newsroom, invent, newsroom

EMPTY = SourceMemory()


def source(site: Site, **changes: Any) -> SnworksSource:
    values: dict[str, Any] = {"sections": tuple(SECTIONS), "clock": clock(), **changes}
    return SnworksSource("light", site.url("/"), fetcher(site), **values)


def number_of(article: Article) -> int:
    return int(article.guid[-12:])


def agree(articles: tuple[Article, ...], room: Newsroom) -> None:
    for article in articles:
        story = room.find(number=number_of(article))
        assert story is not None
        assert disagreements(article, story) == {}
        assert article.subhead == story.subhead
        assert article.sections == (SECTIONS[story.section], "Tides")


@pytest.mark.parametrize("epoch", [False, True])
@pytest.mark.parametrize("wrapped", [False, True])
def test_every_field_of_every_article_is_right(site: Site, epoch: bool, wrapped: bool) -> None:  # noqa: FBT001 # variants
    room = newsroom(60)
    site.answer = SnworksPaper(room, epoch=epoch, wrapped=wrapped).answer
    reading = source(site).read(EMPTY)
    assert len(reading.articles) == 60
    assert reading.troubles == ()
    agree(reading.articles, room)


def test_a_picture_comes_from_the_host_whose_name_the_home_page_shows(site: Site) -> None:
    room = newsroom(1)
    site.answer = SnworksPaper(room).answer
    (article,) = source(site, picture_width=600).read(EMPTY).articles
    assert article.image == Image(
        url=f"{MEDIA}/{room.stories[0].media}.sized-1000x1000.jpg?w=600&fit=max",
        credit="Lea Novák",
        caption="Boats at dawn on day 0.",
    )
    assert asked(site).count("/") == 1


def test_a_picture_host_nobody_names_leaves_the_article_without_picture(site: Site) -> None:
    paper = SnworksPaper(newsroom(4))

    def answer(handler: Any) -> None:
        say(handler, b"", 500) if handler.path == "/" else paper.answer(handler)

    site.answer = answer
    reading = source(site).read(EMPTY)
    assert [article.image for article in reading.articles] == [None] * 4
    assert asked(site).count("/") == 1


def test_a_picture_with_an_address_of_its_own_is_fetched_from_there(site: Site) -> None:
    room = newsroom(1)
    site.answer = SnworksPaper(room, own_pictures=True).answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    assert article.image is not None
    assert article.image.url == site.url(f"/media/{room.stories[0].media}.jpg")
    assert light.open_picture(article.image) == jpeg()


def test_a_second_reading_asks_only_what_changed(site: Site) -> None:
    site.answer = SnworksPaper(newsroom(450)).answer
    light = source(site, max_articles=1000)
    first = light.read(EMPTY)
    assert len(first.articles) == 450
    assert len(asked(site)) == 7
    second = light.read(first.memory)
    assert second.unchanged
    assert second.memory == first.memory
    assert conditional(site) == [True, True, True]


def test_new_edited_corrected_and_moved_articles_are_read_again(site: Site) -> None:
    room = newsroom(30)
    site.answer = SnworksPaper(room).answer
    hours = clock()
    light = source(site, clock=hours)
    first = light.read(EMPTY)
    hours.advance(hours=2)
    room.publish(invent(30, published=NOW + timedelta(hours=1)))
    room.edit(3, at=NOW + timedelta(hours=1), headline="A new headline & more")
    room.edit(6, at=NOW + timedelta(hours=1), correction="Correction: the ferry left on Tuesday.")
    room.edit(9, at=NOW + timedelta(hours=1), slug="another-slug")
    second = light.read(first.memory)
    assert {number_of(article) for article in second.articles} == set(range(0, 31, 3))
    agree(second.articles, room)
    told = {article.guid: article for article in first.articles}
    again = {article.guid: article for article in second.articles}
    changed = [
        number_of(a)
        for a in again.values()
        if a.guid not in told or a.fingerprint != told[a.guid].fingerprint
    ]
    assert changed == [30, 3, 6, 9]
    assert second.memory.mark == (NOW + timedelta(hours=1, minutes=5)).isoformat()


def test_old_pages_are_left_alone(site: Site) -> None:
    room = newsroom(450)
    site.answer = SnworksPaper(room, etags=False).answer
    light = source(site, max_articles=1000)
    memory = light.read(EMPTY).memory
    asked(site)
    assert len(light.read(memory).articles) == 300
    assert len(asked(site)) == 3
    assert memory.validators == {}


def test_a_listing_that_does_not_number_its_pages_is_read_to_its_end(site: Site) -> None:
    site.answer = SnworksPaper(newsroom(90), numbered=False, per_page=20).answer
    assert len(source(site).read(EMPTY).articles) == 90


def test_more_articles_than_allowed_are_said(site: Site) -> None:
    site.answer = SnworksPaper(newsroom(90), per_page=20).answer
    reading = source(site, max_articles=30).read(EMPTY)
    assert sorted(map(number_of, reading.articles)) == list(range(30))
    assert reading.troubles == ("and more articles, which were not read",)


def test_a_listing_without_bodies_gives_teasers_that_their_own_json_completes(site: Site) -> None:
    room = newsroom(6)
    site.answer = SnworksPaper(room, whole=False).answer
    light = source(site)
    teasers = light.read(EMPTY).articles
    assert all(article.teaser for article in teasers)
    agree(tuple(light.complete(article) for article in teasers), room)


def test_an_article_whose_json_is_cut_too_is_completed_on_its_page(site: Site) -> None:
    room = newsroom(1)
    paper = SnworksPaper(room, whole=False)
    site.answer = paper.answer
    light = source(site)
    (teaser,) = light.read(EMPTY).articles
    paper.curt = True
    article = light.complete(teaser)
    assert not article.teaser
    assert article.paragraphs[:3] == tuple(room.stories[0].paragraphs)
    assert article.guid == teaser.guid


def test_an_article_looked_at_again_is_mapped_as_it_was_read(site: Site) -> None:
    room = newsroom(9)
    site.answer = SnworksPaper(room).answer
    light = source(site)
    for article in light.read(EMPTY).articles:
        assert light.recheck(article) == article
    (edited,) = (a for a in light.read(EMPTY).articles if number_of(a) == 4)
    room.edit(4, at=NOW, correction="Correction: it rained.", headline="It rained & rained")
    agree((light.recheck(edited),), room)


def test_a_withdrawn_article_is_withdrawn_and_a_moved_one_is_not(site: Site) -> None:
    room = newsroom(6)
    site.answer = SnworksPaper(room).answer
    light = source(site)
    articles = {number_of(article): article for article in light.read(EMPTY).articles}
    room.edit(2, at=NOW, state="draft")
    with pytest.raises(ArticleWithdrawn, match="is gone, and no section has it; take it out"):
        light.recheck(articles[2])
    room.edit(3, at=NOW, slug="moved")
    moved = light.recheck(articles[3])
    assert (moved.guid, moved.headline) == (articles[3].guid, articles[3].headline)
    assert moved.url is not None
    assert moved.url.endswith("/moved")


def test_who_cannot_tell_says_so(site: Site) -> None:
    room = newsroom(2)
    paper = SnworksPaper(room)
    site.answer = paper.answer
    light = source(site)
    one, other = light.read(EMPTY).articles
    site.answer = lambda h: say(h, b"", 500)
    with pytest.raises(SiteRefused, match="answered 500"):
        light.recheck(one)
    stranger = copy.deepcopy(one)
    object.__setattr__(stranger, "url", other.url)
    site.answer = paper.answer
    with pytest.raises(SourceError, match="answered another article than “Ferry & bridge crews rest, day 0”"):
        light.recheck(stranger)
    object.__setattr__(stranger, "url", None)
    with pytest.raises(SourceError, match="has no address"):
        light.recheck(stranger)


def test_an_article_that_shows_hardly_any_text_now_is_not_believed(site: Site) -> None:
    room = newsroom(1)
    paper = SnworksPaper(room)
    site.answer = paper.answer
    light = source(site)
    (article,) = light.read(EMPTY).articles
    paper.curt = True
    story = room.edit(0, at=NOW, abstract="", points=(), quote="")
    story.paragraphs = [
        "This account is open to members of the rowing club, who can ask the club for their password."
    ]
    with pytest.raises(SourceError, match="shows less than half of its text now; look at it on the site"):
        light.recheck(article)


def test_a_source_has_a_name_and_a_clock_of_its_own(site: Site) -> None:
    site.answer = SnworksPaper(newsroom(3)).answer
    light = SnworksSource("light", site.url("/"), fetcher(site), sections=("news",))
    assert light.name == "light"
    assert light.read(EMPTY).articles[0].source == "light"


def test_without_sections_it_says_what_to_write(site: Site) -> None:
    with pytest.raises(SourceError, match=r"name its sections, such as sections = \["):
        source(site, sections=(" ", "/")).read(EMPTY)
    assert asked(site) == []


def test_a_site_that_refuses_robots_names_the_feed_to_read_meanwhile(site: Site) -> None:
    site.answer = lambda h: say(h, b"", 403)
    with pytest.raises(
        SiteRefused, match=r"ask the site's host .* until then read .*/plugin/feeds/news.xml"
    ) as error:
        source(site).read(EMPTY)
    assert error.value.status == 403
    site.answer = lambda h: say(h, b"", 500)
    with pytest.raises(SiteRefused, match="answered 500"):
        source(site).read(EMPTY)
