"""Collecting: each source is read once, and one that fails stops nobody."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from digest.errors import PictureRefused, SourceError
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory
from digest.testing.factories import FakeClock, make_article, make_image
from digest.testing.memory import MemoryStorage
from digest.workflows.collect import Collected, collect


@dataclass
class FakeSource:
    name: str
    articles: tuple[Article, ...] = ()
    failure: Exception | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    memories: list[SourceMemory] = field(default_factory=list)

    def read(self, memory: SourceMemory) -> Reading:
        self.memories.append(memory)
        if self.failure:
            raise self.failure
        return Reading(articles=self.articles, memory=SourceMemory(etag="new"), troubles=("entry 3 is odd",))

    def open_picture(self, image: Image) -> bytes:
        try:
            return self.pictures[image.url]
        except KeyError as error:
            raise SourceError(f"{image.url} is gone") from error


class FakeMedia:
    def keep(self, image: Image, raw: bytes) -> Image:
        if raw == b"bomb":
            raise PictureRefused("not a picture")
        return dataclasses.replace(image, url="https://paper.example/media/x.jpg", width=1200, height=800)


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
    assert [memory.etag for memory in source.memories] == ["", "new"]


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
    errors = {health.name: health.last_error for health in storage.articles.health()}
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
    assert seen == ["one", "two"]
