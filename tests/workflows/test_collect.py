"""Collecting: each source is read once, and one that fails stops nobody."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from digest.errors import ArticleWithdrawn, SourceBusy, SourceError
from digest.model.article import Article
from digest.ports import SourceMemory
from digest.testing.factories import FakeClock, make_article, make_image
from digest.testing.memory import MemoryStorage
from digest.workflows.collect import COMPLETION_TIME, PICTURE_TIME, Collected, collect
from tests.workflows.parts import FakeMedia, FakeSource


def _collect(storage: MemoryStorage, clock: FakeClock, *sources: FakeSource) -> tuple[Collected, ...]:
    return collect(sources, storage=storage, media=FakeMedia(), clock=clock)


def test_new_articles_are_filed_once(storage: MemoryStorage, clock: FakeClock) -> None:
    source = FakeSource("paper", (make_article("a"), make_article("b")))
    first = _collect(storage, clock, source)
    clock.advance(hours=1)
    second = _collect(storage, clock, source)
    assert (first[0].new, second[0].new, second[0].changed) == (2, 0, 0)
    assert len(storage.articles.seen_between(None, clock())) == 2


def test_a_changed_article_keeps_its_first_seen(storage: MemoryStorage, clock: FakeClock) -> None:
    _collect(storage, clock, FakeSource("paper", (make_article("a"),)))
    clock.advance(hours=1)
    changed = dataclasses.replace(make_article("a"), headline="Bridge closes again")
    result = _collect(storage, clock, FakeSource("paper", (changed,)))
    assert (result[0].new, result[0].changed) == (0, 1)
    (filed,) = storage.articles.seen_between(None, clock())
    assert filed.article.headline == "Bridge closes again"
    assert filed.first_seen < clock()


def test_a_source_remembers_what_it_was_told(storage: MemoryStorage, clock: FakeClock) -> None:
    source = FakeSource("paper")
    _collect(storage, clock, source)
    _collect(storage, clock, source)
    assert [memory.mark for memory in source.memories] == ["", "read"]


def test_a_failing_source_is_named_and_the_next_is_read(storage: MemoryStorage, clock: FakeClock) -> None:
    results = _collect(
        storage,
        clock,
        FakeSource("down", failure=SourceError("no route\r\nto host")),
        FakeSource("broken", failure=RecursionError("20,000 deep")),
        FakeSource("paper", (make_article("a", source="paper"),)),
    )
    assert [bool(result.error) for result in results] == [True, True, False]
    assert results[2].new == 1
    assert "\r" not in results[0].error
    errors = {health.name: health.last_error for health in storage.sources.health(now=clock())}
    assert "no route" in errors["down"]
    assert "RecursionError" in errors["broken"]


def test_a_picture_with_credit_is_taken_in(storage: MemoryStorage, clock: FakeClock) -> None:
    image = make_image(url="a.jpg", width=None, height=None)
    _collect(storage, clock, FakeSource("paper", (make_article("a", image=image),), pictures={"a.jpg": b"x"}))
    (filed,) = storage.articles.seen_between(None, clock())
    assert filed.article.image is not None
    assert filed.article.image.printable


def test_a_picture_without_credit_is_not_shown_and_named(storage: MemoryStorage, clock: FakeClock) -> None:
    image = make_image(url="a.jpg", credit="", width=None, height=None)
    (result,) = _collect(storage, clock, FakeSource("paper", (make_article("a", image=image),)))
    assert any("no credit" in trouble for trouble in result.troubles)


def test_a_picture_that_cannot_be_used_costs_only_itself(storage: MemoryStorage, clock: FakeClock) -> None:
    gone = make_article("a", image=make_image(url="gone.jpg", width=None, height=None))
    bomb = make_article("b", image=make_image(url="bomb.jpg", width=None, height=None))
    source = FakeSource("paper", (gone, bomb), pictures={"bomb.jpg": b"bomb"})
    (result,) = _collect(storage, clock, source)
    assert result.new == 2
    assert sum("is not shown" in trouble for trouble in result.troubles) == 2


def test_each_result_is_reported_as_it_comes(storage: MemoryStorage, clock: FakeClock) -> None:
    seen: list[str] = []
    collect(
        [FakeSource("one"), FakeSource("two")],
        storage=storage,
        media=FakeMedia(),
        clock=clock,
        report=lambda result: seen.append(result.source),
    )
    assert sorted(seen) == ["one", "two"]


def test_a_picture_that_was_taken_in_is_not_fetched_again(storage: MemoryStorage, clock: FakeClock) -> None:
    image = make_image(url="a.jpg", width=None, height=None)
    source = FakeSource("paper", (make_article("a", image=image),), pictures={"a.jpg": b"x"})
    _collect(storage, clock, source)
    source.pictures.clear()
    better = dataclasses.replace(image, alt="The bridge, open")
    source.articles = (make_article("a", image=better, headline="Bridge closes"),)
    (result,) = _collect(storage, clock, source)
    (filed,) = storage.articles.seen_between(None, clock())
    assert filed.article.image is not None
    assert filed.article.image.printable
    assert filed.article.image.alt == "The bridge, open"
    assert filed.article.image.original == "a.jpg"
    assert not any("is not shown" in trouble for trouble in result.troubles)


def test_pictures_that_take_too_long_are_named_and_left(storage: MemoryStorage, clock: FakeClock) -> None:
    image = make_image(url="a.jpg", width=None, height=None)
    source = FakeSource(
        "paper",
        (make_article("a", image=image), make_article("b", image=image), make_article("c")),
        pictures={"a.jpg": b"x"},
        on_picture=lambda: clock.advance(seconds=PICTURE_TIME.total_seconds()),
    )
    (result,) = _collect(storage, clock, source)
    assert result.new == 3
    assert sum("too slow" in trouble for trouble in result.troubles) == 1


def test_a_teaser_is_completed_from_its_page_before_it_is_filed(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    source = FakeSource("paper", (make_article("a", teaser=True, body=()),), pages={"a": make_article("a")})
    _collect(storage, clock, source)
    (filed,) = storage.articles.seen_between(None, clock())
    assert filed.article == make_article("a")
    _collect(storage, clock, source)
    assert source.completed == ["a"]


def test_a_teaser_whose_page_cannot_be_read_is_filed_and_tried_again(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    source = FakeSource("paper", (make_article("a", teaser=True, body=()),))
    (first,) = _collect(storage, clock, source)
    assert first.new == 1
    assert any("only its beginning is known" in trouble for trouble in first.troubles)
    source.pages["a"] = make_article("a")
    (second,) = _collect(storage, clock, source)
    assert (second.new, second.changed) == (0, 1)
    (filed,) = storage.articles.seen_between(None, clock())
    assert filed.article.words > 0


def test_pages_that_take_too_long_wait_for_the_next_collection(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    teasers = tuple(make_article(guid, teaser=True, body=()) for guid in "abc")
    source = FakeSource(
        "paper",
        teasers,
        pages={guid: make_article(guid) for guid in "abc"},
        on_page=lambda: clock.advance(seconds=COMPLETION_TIME.total_seconds()),
    )
    (first,) = _collect(storage, clock, source)
    assert (first.new, first.waiting) == (1, 2)
    assert any("2 articles wait" in trouble for trouble in first.troubles)
    _collect(storage, clock, source)
    (third,) = _collect(storage, clock, source)
    assert (third.new, third.waiting) == (1, 0)
    assert [memory.mark for memory in source.memories] == ["", "", ""]
    assert len(storage.articles.seen_between(None, clock())) == 3


def test_a_site_that_asks_us_to_wait_is_left_alone_until_then(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    source = FakeSource("paper", failure=SourceBusy("too many requests", status=429, wait=3600))
    (first,) = _collect(storage, clock, source)
    assert first.error
    source.failure = None
    clock.advance(minutes=59)
    (resting,) = _collect(storage, clock, source)
    assert (resting.error, resting.rests_until) == ("", clock() + timedelta(minutes=1))
    clock.advance(minutes=1)
    (read,) = _collect(storage, clock, source)
    assert read.rests_until is None
    assert len(source.memories) == 2


def test_an_article_under_a_new_guid_is_not_new(storage: MemoryStorage, clock: FakeClock) -> None:
    article = make_article("a")
    _collect(storage, clock, FakeSource("paper", (article,)))
    renamed = dataclasses.replace(article, guid="https://paper.example/?p=17")
    (result,) = _collect(storage, clock, FakeSource("paper", (renamed,)))
    assert (result.new, result.changed) == (0, 0)


def test_corrections_are_counted(storage: MemoryStorage, clock: FakeClock) -> None:
    _collect(storage, clock, FakeSource("paper", (make_article("a"),)))
    corrected = make_article("a", correction="Correction: It is Brandt.")
    (result,) = _collect(storage, clock, FakeSource("paper", (corrected,)))
    assert (result.changed, result.corrected) == (1, 1)


def test_a_withdrawn_article_that_is_listed_again_is_looked_at_and_restored(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    source = FakeSource("paper", (make_article("a"), make_article("b"), make_article("c")))
    _collect(storage, clock, source)
    for filed in storage.articles.seen_between(None, clock()):
        storage.articles.withdraw(filed.id, why="404", now=clock())
    clock.advance(hours=1)
    source.now = {
        "a": make_article("a"),
        "b": ArticleWithdrawn("gone"),
        "c": SourceError("the site is down"),
    }
    (result,) = _collect(storage, clock, source)
    assert result.changed == 1
    assert any("the site is down" in trouble for trouble in result.troubles)
    standing = [f.article.guid for f in storage.articles.seen_between(None, clock()) if not f.withdrawn_at]
    assert standing == ["a"]
    filed_again = storage.articles.find("paper", "a")
    assert filed_again is not None
    assert filed_again.first_seen == clock()


def test_what_a_source_remembers_is_kept_until_it_is_read_whole(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _collect(storage, clock, FakeSource("paper"))
    assert storage.sources.memory_of("paper") == SourceMemory(mark="read")


def test_a_teaser_that_was_changed_is_completed_again(storage: MemoryStorage, clock: FakeClock) -> None:
    teaser = make_article("a", teaser=True, body=(), updated_at=clock())
    source = FakeSource("paper", (teaser,), pages={"a": make_article("a", updated_at=clock())})
    _collect(storage, clock, source)
    later = clock() + timedelta(hours=1)
    source.articles = (dataclasses.replace(teaser, updated_at=later),)
    source.pages["a"] = make_article("a", updated_at=later, correction="Correction: It is Brandt.")
    (result,) = _collect(storage, clock, source)
    assert (result.changed, result.corrected) == (1, 1)
    assert source.completed == ["a", "a"]


def test_an_article_that_moved_is_found_at_its_new_address(storage: MemoryStorage, clock: FakeClock) -> None:
    _collect(storage, clock, FakeSource("paper", (make_article("a"),)))
    moved = make_article("a", url="https://paper.example/moved?utm_source=feed")
    (result,) = _collect(storage, clock, FakeSource("paper", (moved,)))
    assert result.changed == 1
    again = make_article("a", url="https://www.paper.example/moved/?utm_source=mail")
    (result,) = _collect(storage, clock, FakeSource("paper", (again,)))
    assert result.changed == 0


def test_a_guid_that_is_used_again_hides_no_story(storage: MemoryStorage, clock: FakeClock) -> None:
    _collect(storage, clock, FakeSource("paper", (make_article("0"),)))
    clock.advance(days=1)
    fire = make_article(
        "0", url="https://paper.example/fire", headline="Fire at the mill", published_at=clock(), body=()
    )
    for expected in (1, 0):
        (result,) = _collect(storage, clock, FakeSource("paper", (fire,)))
        assert (result.new, result.changed) == (expected, 0)
    assert len(storage.articles.seen_between(None, clock())) == 2


def test_a_source_whose_filing_fails_inside_stops_no_other(storage: MemoryStorage, clock: FakeClock) -> None:
    class Broken(FakeSource):
        def complete(self, article: Article) -> Article:
            raise OverflowError(article.guid)

    broken = Broken("broken", (make_article("a", source="broken", teaser=True),))
    results = _collect(storage, clock, broken, FakeSource("paper", (make_article("b"),)))
    assert "OverflowError" in results[0].error
    assert results[1].new == 1
    health = {one.name: one.last_error for one in storage.sources.health(now=clock())}
    assert "filing failed inside" in health["broken"]


def test_second_looks_end_when_the_time_is_over(storage: MemoryStorage, clock: FakeClock) -> None:
    source = FakeSource("paper", (make_article("a"), make_article("b")))
    _collect(storage, clock, source)
    for filed in storage.articles.seen_between(None, clock()):
        storage.articles.withdraw(filed.id, why="404", now=clock())

    class Slow(FakeSource):
        def recheck(self, article: Article) -> Article:
            self.rechecked.append(article.guid)
            clock.advance(seconds=COMPLETION_TIME.total_seconds())
            return article

    slow = Slow("paper", source.articles)
    _collect(storage, clock, slow)
    assert len(slow.rechecked) == 1
