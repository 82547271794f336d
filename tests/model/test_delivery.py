"""The rule of a delivery: what becomes of an attempt, and which moves are legal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from digest.errors import IllegalMove
from digest.model.delivery import (
    DELIVERY_MOVES,
    RETRY_DELAYS,
    Books,
    Delivery,
    DeliveryState,
    Reply,
    Stage,
)
from digest.testing.factories import MORNING

EXPIRY = MORNING + timedelta(hours=18)


def _attempt(attempts: int = 1) -> Delivery:
    return Delivery(id=1, edition_id=1, subscriber_id=1, state=DeliveryState.ATTEMPTING, attempts=attempts)


def _after(code: int, stage: Stage = Stage.BODY, *, attempts: int = 1) -> Delivery:
    return _attempt(attempts).after(
        Reply(code=code, text="words", stage=stage), now=MORNING, expires_at=EXPIRY
    )


@pytest.mark.parametrize(
    ("code", "stage", "state"),
    [
        (250, Stage.BODY, DeliveryState.ACCEPTED),
        (250, Stage.RCPT, DeliveryState.DEFERRED),
        (0, Stage.BODY, DeliveryState.UNCERTAIN),
        (0, Stage.DATA, DeliveryState.DEFERRED),
        (0, Stage.CONNECT, DeliveryState.DEFERRED),
        (421, Stage.BODY, DeliveryState.DEFERRED),
        (450, Stage.RCPT, DeliveryState.DEFERRED),
        (452, Stage.RCPT, DeliveryState.DEFERRED),
        (552, Stage.BODY, DeliveryState.DEFERRED),
        (550, Stage.RCPT, DeliveryState.REJECTED),
        (554, Stage.BODY, DeliveryState.REJECTED),
    ],
)
def test_the_reply_decides(code: int, stage: Stage, state: DeliveryState) -> None:
    done = _after(code, stage)
    assert done.state is state
    assert done.code == (code or None)
    assert done.detail == "words"
    assert (done.next_at is not None) == (state is DeliveryState.DEFERRED)


def test_tries_are_ever_further_apart_and_never_past_the_expiry() -> None:
    waits = [(_after(451, attempts=tries).next_at or MORNING) - MORNING for tries in range(1, 8)]
    assert tuple(waits[: len(RETRY_DELAYS)]) == RETRY_DELAYS
    assert waits[-1] == RETRY_DELAYS[-1]
    assert _after(451, attempts=0).next_at == MORNING + RETRY_DELAYS[0]
    late = _attempt(9).after(Reply(code=451, text=""), now=EXPIRY - timedelta(minutes=1), expires_at=EXPIRY)
    assert late.next_at == EXPIRY


@given(st.sampled_from(list(DeliveryState)), st.sampled_from(list(DeliveryState)))
def test_only_the_table_says_what_may_follow(before: DeliveryState, after: DeliveryState) -> None:
    delivery = Delivery(id=1, edition_id=1, subscriber_id=1, state=before)
    if after in DELIVERY_MOVES[before]:
        assert delivery.to(after).state is after
    else:
        with pytest.raises(IllegalMove, match="cannot become"):
            delivery.to(after)


def test_what_is_being_attempted_is_given_back_only_by_its_own_sender_and_endings_end() -> None:
    assert DeliveryState.CLAIMED not in DELIVERY_MOVES[DeliveryState.ATTEMPTING]
    for ending in ("rejected", "suppressed", "expired", "bounced"):
        assert DELIVERY_MOVES[DeliveryState(ending)] == frozenset()
    assert DELIVERY_MOVES[DeliveryState.ACCEPTED] == {DeliveryState.BOUNCED}


def test_the_books_balance_only_if_everybody_is_accounted_for_once() -> None:
    assert Books(
        audience=7, accepted=1, rejected=1, deferred=1, suppressed=1, expired=1, uncertain=1, to_do=1
    ).balance
    assert not Books(audience=2, accepted=1).balance
    assert Books(audience=1, accepted=1, bounced=1).balance


def test_what_a_server_says_is_kept_in_part() -> None:
    done = _attempt().after(Reply(code=550, text="x" * 9000), now=MORNING, expires_at=EXPIRY)
    assert len(done.detail) == 500
