import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from digest.errors import IllegalMove
from digest.model.delivery import DeliveryState
from digest.model.edition import EDITION_MOVES, EditionState
from digest.ports import Storage
from digest.testing.factories import MORNING, make_edition, make_printed
from tests.storage.storage_bench import Ledger

EVENING = MORNING + timedelta(hours=10)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15)


def write(storage: Storage, **changes: Any) -> None:
    edition = make_edition(**changes)
    if edition.state is EditionState.PUBLISHED:
        storage.editions.publish(edition, make_printed(), now=MORNING, expires_at=EVENING)
    else:
        storage.editions.save(edition)


@pytest.mark.parametrize("before", EditionState)
def test_an_edition_moves_only_where_the_table_lets_it(storage: Storage, before: EditionState) -> None:
    for number, after in enumerate(EditionState):
        day = MONDAY + timedelta(days=number)
        write(storage, day=day, state=before)
        if after in EDITION_MOVES[before]:
            write(storage, day=day, state=after, subject="Changed")
        else:
            with pytest.raises(IllegalMove):
                write(storage, day=day, state=after, subject="Changed")

        kept = storage.editions.get("daily", day)
        assert kept is not None
        assert kept.edition.state is (after if after in EDITION_MOVES[before] else before)


def test_saving_the_same_edition_twice_changes_nothing(storage: Storage) -> None:
    approved = make_edition(state=EditionState.APPROVED)

    first = storage.editions.save(approved)

    assert storage.editions.save(approved) == first


@pytest.mark.parametrize("state", [EditionState.PUBLISHED, EditionState.SKIPPED])
def test_a_frozen_edition_is_not_saved_again_even_unchanged(storage: Storage, state: EditionState) -> None:
    write(storage, state=state)

    with pytest.raises(IllegalMove):
        storage.editions.save(make_edition(state=EditionState.SKIPPED))
    with pytest.raises(IllegalMove):
        storage.editions.publish(make_edition(), make_printed(), now=MORNING, expires_at=EVENING)


def test_an_edition_becomes_published_only_with_its_printed_form(storage: Storage) -> None:
    with pytest.raises(IllegalMove, match="printed form"):
        storage.editions.save(make_edition(state=EditionState.PUBLISHED))


def test_publishing_freezes_what_was_printed(storage: Storage) -> None:
    draft = storage.editions.save(make_edition())

    filed = storage.editions.publish(make_edition(), make_printed(), now=MORNING, expires_at=EVENING)

    assert filed.id == draft.id
    assert filed.printed == make_printed()
    assert (filed.published_at, filed.expires_at) == (MORNING, EVENING)
    assert filed.edition == make_edition(state=EditionState.PUBLISHED)
    assert storage.editions.by_id(filed.id) == storage.editions.get("daily", TUESDAY) == filed


def test_an_unknown_edition_is_none(storage: Storage) -> None:
    assert storage.editions.get("daily", MONDAY) is None
    assert storage.editions.by_id(7) is None
    assert storage.editions.latest("daily") is None
    assert storage.editions.recent("daily", limit=3) == ()


def test_the_high_water_mark_is_that_of_published_editions_before_the_day(ledger: Ledger) -> None:
    editions = ledger.storage.editions
    ledger.publish(day=MONDAY, high_water=MORNING - timedelta(days=1))
    editions.save(make_edition(day=TUESDAY, high_water=MORNING, state=EditionState.SKIPPED))
    ledger.publish(day=WEDNESDAY, high_water=MORNING + timedelta(days=1))

    assert editions.high_water("daily", before=MONDAY) is None
    assert editions.high_water("daily", before=WEDNESDAY) == MORNING - timedelta(days=1)
    assert editions.high_water("weekly", before=WEDNESDAY) is None


def test_the_latest_edition_may_be_a_draft_and_recent_ones_are_published(ledger: Ledger) -> None:
    editions = ledger.storage.editions
    monday = ledger.publish(day=MONDAY)
    tuesday = ledger.publish(day=TUESDAY)
    draft = editions.save(make_edition(day=WEDNESDAY))
    ledger.publish(newsletter="weekly", day=WEDNESDAY)

    assert editions.latest("daily") == draft
    assert editions.latest("daily", published_only=True) == tuesday
    assert editions.recent("daily", limit=5) == (tuesday, monday)
    assert editions.recent("daily", limit=1) == (tuesday,)


def test_an_edition_is_open_until_its_audience_is_whole_and_settled(ledger: Ledger) -> None:
    editions, outbox = ledger.storage.editions, ledger.storage.outbox
    ledger.add_reader("ada")
    editions.save(make_edition(day=WEDNESDAY))
    monday = ledger.publish(day=MONDAY)
    tuesday = ledger.publish(day=TUESDAY)
    assert editions.open_editions(now=MORNING) == (monday, tuesday)

    outbox.fill(monday.id, now=MORNING)
    outbox.fill(tuesday.id, now=MORNING)
    (delivery,) = ledger.claim()
    ledger.settle(delivery, DeliveryState.REJECTED)

    assert [filed.id for filed in editions.open_editions(now=MORNING)] == [monday.id]


def test_a_pause_has_a_reason_and_ends_with_an_empty_one(ledger: Ledger) -> None:
    editions = ledger.storage.editions
    filed = ledger.publish()

    editions.pause(filed.id, "the server refuses us")
    assert editions.by_id(filed.id) == dataclasses.replace(filed, paused="the server refuses us")

    editions.pause(filed.id, "")
    editions.pause(99, "no such edition")
    assert editions.by_id(filed.id) == filed
