"""Editors are told of a source that fails or rests before readers ask."""

from __future__ import annotations

from datetime import timedelta

from digest.model.finding import Severity
from digest.ports import Reading
from digest.testing.factories import FakeClock, make_article
from digest.testing.memory import MemoryStorage
from digest.workflows.watch import MOST_TROUBLES, watch_articles, watch_sources


def _watch(storage: MemoryStorage, clock: FakeClock) -> list[tuple[str, str]]:
    found = watch_sources(["paper"], storage=storage, now=clock())
    assert all(finding.severity is not Severity.MUST for finding in found)
    return [(finding.rule, finding.message) for finding in found]


def test_a_source_that_does_well_is_not_mentioned(storage: MemoryStorage, clock: FakeClock) -> None:
    storage.sources.remember("paper", Reading(), now=clock())
    storage.sources.note_trouble("another", "down", now=clock())
    assert _watch(storage, clock) == []


def test_a_source_that_was_never_read_is_named(storage: MemoryStorage, clock: FakeClock) -> None:
    ((rule, message),) = _watch(storage, clock)
    assert rule == "source.never"
    assert "digest collect" in message


def test_a_failing_source_is_named_with_its_reason(storage: MemoryStorage, clock: FakeClock) -> None:
    storage.sources.note_trouble("paper", "503 of paper.example", now=clock())
    assert _watch(storage, clock) == [
        ("source.failing", "paper could not be read ever: 503 of paper.example")
    ]
    storage.sources.remember("paper", Reading(), now=clock())
    clock.advance(hours=7)
    storage.sources.note_trouble("paper", "503", now=clock())
    assert "since 2026-04-14 10:30 UTC" in _watch(storage, clock)[0][1]


def test_a_resting_source_is_named_with_its_time(storage: MemoryStorage, clock: FakeClock) -> None:
    storage.sources.note_trouble("paper", "429", now=clock(), rests_until=clock() + timedelta(hours=1))
    assert _watch(storage, clock) == [
        ("source.resting", "paper is not read until 2026-04-14 11:30 UTC: its site asked us to wait")
    ]


def test_a_stale_source_is_named_with_what_is_usual(storage: MemoryStorage, clock: FakeClock) -> None:
    for day in range(10):
        article = make_article(f"a-{day}")
        storage.articles.file(article, fingerprint="1", now=clock() + timedelta(days=day))
    clock.advance(days=20)
    storage.sources.remember("paper", Reading(), now=clock())
    ((rule, message),) = _watch(storage, clock)
    assert rule == "source.stale"
    assert "usually" in message


def test_single_troubles_are_named_but_not_without_end(storage: MemoryStorage, clock: FakeClock) -> None:
    troubles = tuple(f"entry {number} is odd" for number in range(100))
    storage.sources.remember("paper", Reading(troubles=troubles), now=clock())
    found = _watch(storage, clock)
    assert len(found) == MOST_TROUBLES
    assert found[0] == ("source.trouble", "paper: entry 0 is odd")


def test_editors_are_told_what_the_paper_did_to_its_articles(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=clock())
    second = storage.articles.file(make_article("b"), fingerprint="1", now=clock())
    storage.articles.withdraw(first.id, why="the page answered 410", now=clock())
    corrected = make_article("b", correction="Correction: It is Brandt.", headline="Anew")
    storage.articles.amend(second.id, corrected, now=clock())
    clock.advance(hours=1)
    found = watch_articles(storage=storage, now=clock())
    assert [(finding.rule, finding.message) for finding in found] == [
        ("article.withdrawn", f"{make_article('a').headline}: the page answered 410"),
        ("article.corrected", "Anew: Correction: It is Brandt."),
    ]
    clock.advance(days=1)
    assert watch_articles(storage=storage, now=clock()) == ()
