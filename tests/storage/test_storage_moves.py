"""The moves: the model's table, the triggers of both databases, and `settle` must all agree."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Update, insert, text, update
from sqlalchemy.exc import IntegrityError

from digest.errors import IllegalMove
from digest.model.delivery import DELIVERY_MOVES, DeliveryState
from digest.model.edition import EDITION_MOVES, EditionState
from digest.storage.connection import ILLEGAL_MOVE
from digest.storage.database import SqlStorage
from digest.storage.tables import deliveries, editions
from digest.testing.factories import MORNING
from tests.storage.storage_bench import Ledger

S = DeliveryState


def is_refused(connection: Connection, change: Update) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(change)
    except IntegrityError as error:
        return ILLEGAL_MOVE in str(error.orig)
    return False


def test_the_triggers_know_the_moves_of_deliveries(sql_storage: SqlStorage) -> None:
    ledger = Ledger(sql_storage)
    reader, edition = ledger.add_reader("ada"), ledger.publish()
    allowed = set()
    with sql_storage.database.write() as connection:
        for before, after in itertools.product(S, S):
            held = {"owner": "ana", "lease_until": MORNING, "next_at": MORNING}
            row = {"edition_id": edition.id, "subscriber_id": reader.id, "state": before, "attempts": 0}
            connection.execute(deliveries.delete())
            connection.execute(insert(deliveries).values(detail="", updated_at=MORNING, **row, **held))
            if not is_refused(connection, update(deliveries).values(state=after)):
                allowed.add((before, after))

    assert allowed == {(before, after) for before, afters in DELIVERY_MOVES.items() for after in afters}


def test_the_triggers_know_the_moves_of_editions(sql_storage: SqlStorage) -> None:
    ledger = Ledger(sql_storage)
    allowed = set()
    for day, (before, after) in enumerate(itertools.product(EditionState, EditionState)):
        ledger.publish(day=MORNING.date() + timedelta(days=day))
        with sql_storage.database.write() as connection:
            drop_row = text("DELETE FROM editions")
            copied = connection.execute(editions.select()).mappings().one()
            connection.execute(drop_row)
            connection.execute(insert(editions).values(**{**copied, "state": before}))
            if not is_refused(connection, update(editions).values(state=after)):
                allowed.add((before, after))
            connection.execute(drop_row)

    assert allowed == {(before, after) for before, afters in EDITION_MOVES.items() for after in afters}


def test_nothing_of_a_published_edition_can_be_changed(sql_storage: SqlStorage) -> None:
    Ledger(sql_storage).publish()
    changes: list[dict[str, object]] = [
        {"document": "{}"},
        {"html": "other"},
        {"text": "other"},
        {"subject": "other"},
        {"hash": "other"},
        {"expires_at": MORNING},
        {"published_at": MORNING},
        {"high_water": MORNING},
        {"newsletter": "weekly"},
        {"day": MORNING.date() + timedelta(days=1)},
    ]

    with sql_storage.database.write() as connection:
        assert all(is_refused(connection, update(editions).values(**change)) for change in changes)
    with (
        pytest.raises(IllegalMove, match="illegal move of an edition"),
        sql_storage.database.write() as connection,
    ):
        connection.execute(update(editions).values(**changes[0]))


@pytest.mark.parametrize("before", S)
def test_settling_follows_the_table(ledger: Ledger, before: DeliveryState) -> None:
    targets = dict(zip(map(str, S), S, strict=True))
    for delivery in ledger.bring_to(before, *targets):
        after = targets[delivery.name]
        if after in DELIVERY_MOVES[before] and after not in {S.CLAIMED, S.ATTEMPTING}:
            ledger.settle(delivery, after)
            assert ledger.states()[delivery.name] is after
        else:
            with pytest.raises(IllegalMove):
                ledger.settle(delivery, after)
            assert ledger.states()[delivery.name] is before
