"""What sources remember, how they have been doing, and which hubs they offer."""

from __future__ import annotations

from datetime import timedelta

from digest.model.source import SourceHealth
from digest.ports import Hub, Reading, SourceMemory, Storage, Validators
from digest.testing.factories import MORNING, make_article

LATER = MORNING + timedelta(hours=1)
HUB = Hub(url="https://hub.example/", topic="https://paper.example/feed.xml")


def _memory(etag: str, mark: str = "") -> SourceMemory:
    return SourceMemory(
        validators={"https://paper.example/feed.xml": Validators(etag=etag, last_modified="Tue")}, mark=mark
    )


def test_a_source_remembers_what_it_was_told_after_a_success(storage: Storage) -> None:
    assert storage.sources.memory_of("paper") == SourceMemory()

    storage.sources.remember("paper", Reading(memory=_memory('"1"')), now=MORNING)
    storage.sources.remember("paper", Reading(memory=_memory('"2"', mark="2026-04-14")), now=LATER)

    assert storage.sources.memory_of("paper") == _memory('"2"', mark="2026-04-14")


def test_health_names_the_trouble_until_the_source_can_be_read_again(storage: Storage) -> None:
    storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    storage.sources.remember("paper", Reading(memory=_memory("1"), troubles=("entry 3 is odd",)), now=MORNING)
    storage.sources.note_trouble("paper", "503", now=LATER, rests_until=LATER + timedelta(minutes=15))
    storage.sources.note_trouble("archive", "no such host", now=LATER)

    archive, paper = storage.sources.health(now=LATER)
    assert archive == SourceHealth(name="archive", last_error="no such host", last_error_at=LATER)
    assert paper == SourceHealth(
        name="paper",
        last_success=MORNING,
        last_error="503",
        last_error_at=LATER,
        articles=1,
        last_new=MORNING,
        rests_until=LATER + timedelta(minutes=15),
        troubles=("entry 3 is odd",),
    )
    assert storage.sources.memory_of("paper") == _memory("1")

    storage.sources.remember("paper", Reading(unchanged=True, memory=_memory("1")), now=LATER)
    healed = storage.sources.health(now=LATER)[1]
    assert (healed.last_error, healed.rests_until) == ("", None)
    assert healed.troubles == ("entry 3 is odd",)

    storage.sources.remember("paper", Reading(), now=LATER)
    assert storage.sources.health(now=LATER)[1].troubles == ()


def test_the_back_catalogue_says_nothing_of_how_much_comes_a_day(storage: Storage) -> None:
    storage.sources.remember("paper", Reading(), now=MORNING)
    for number in range(50):
        storage.articles.file(make_article(f"old-{number}"), fingerprint="1", now=MORNING)
    for day in range(1, 11):
        for number in range(3):
            seen = MORNING + timedelta(days=day)
            storage.articles.file(make_article(f"{day}-{number}"), fingerprint="1", now=seen)

    (health,) = storage.sources.health(now=MORNING + timedelta(days=10, hours=1))

    assert health.articles == 80
    assert round(health.per_day, 1) == 3.0
    assert health.last_new == MORNING + timedelta(days=10)


def test_a_hub_is_known_as_long_as_the_source_offers_it(storage: Storage) -> None:
    assert storage.sources.hub_of("paper") is None
    storage.sources.remember("paper", Reading(hub=HUB), now=MORNING)
    assert storage.sources.hub_of("paper") == (HUB, None)
    storage.sources.note_hub_asked("paper", now=LATER)
    storage.sources.remember("paper", Reading(unchanged=True), now=LATER)
    assert storage.sources.hub_of("paper") == (HUB, LATER)
    another = Hub(url="https://another.example/", topic=HUB.topic)
    storage.sources.remember("paper", Reading(hub=another), now=LATER)
    assert storage.sources.hub_of("paper") == (another, None)
    storage.sources.remember("paper", Reading(), now=LATER)
    assert storage.sources.hub_of("paper") is None


def test_a_nudged_source_waits_until_it_is_read_or_fails(storage: Storage) -> None:
    assert storage.sources.nudged() == frozenset()
    storage.sources.remember("paper", Reading(), now=MORNING)
    storage.sources.nudge("paper", now=LATER)
    storage.sources.nudge("radio", now=LATER)
    assert storage.sources.nudged() == {"paper", "radio"}

    much_later = LATER + timedelta(hours=1)
    storage.sources.remember("paper", Reading(), now=much_later)
    storage.sources.note_trouble("radio", "down", now=much_later)
    assert storage.sources.nudged() == frozenset()


def test_a_hostile_trouble_is_kept_without_harm(storage: Storage) -> None:
    storage.sources.remember("paper", Reading(troubles=("a\x00b", "c\ud800d")), now=MORNING)
    (health,) = storage.sources.health(now=MORNING)
    assert len(health.troubles) == 2
