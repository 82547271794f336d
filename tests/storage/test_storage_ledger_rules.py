"""The promises of the ledger, under whatever order of calls Hypothesis thinks of.

The machine plays two senders that crash, sleep and wake up, a mail server that remembers every copy
it took, and readers who leave. It never sends without a mark, as the real sender never does.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from digest.errors import IllegalMove
from digest.model.delivery import Delivery, DeliveryState
from digest.model.subscriber import SubscriberStatus, SuppressionReason
from tests.storage.storage_bench import Ledger, NewStorage

S = DeliveryState
READERS = ("ada", "bo", "cy", "di")
OWNERS = st.sampled_from(["ana", "ben"])


class Senders(RuleBasedStateMachine):
    """Two senders, one edition, four readers."""

    def __init__(self, new_storage: NewStorage) -> None:
        super().__init__()
        self._opened = new_storage()
        self.ledger = Ledger(self._opened.__enter__())
        self.edition = self.ledger.send_to(*READERS)
        self.outbox = self.ledger.storage.outbox
        self.signs: dict[str, Any] = {}
        self.in_hand: dict[str, list[Delivery]] = {"ana": [], "ben": []}
        self.in_flight: list[tuple[str, Delivery]] = []
        self.received: Counter[str] = Counter()
        self.gone: set[str] = set()

    def teardown(self) -> None:
        for sign in self.signs.values():
            sign.__exit__(None, None, None)
        self._opened.__exit__(None, None, None)

    @rule(owner=OWNERS, limit=st.integers(1, 4))
    def claim(self, owner: str, limit: int) -> None:
        if owner not in self.signs:
            self.signs[owner] = self.outbox.enlist(owner)
            self.signs[owner].__enter__()
        claimed = self._keeping_attempts(lambda: self.ledger.claim(owner, limit=limit))
        assert not {one.name for one in claimed} & self.gone
        self.in_hand[owner] += claimed

    @precondition(lambda self: any(self.in_hand.values()))
    @rule(data=st.data())
    def mark(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from([name for name, hand in self.in_hand.items() if hand]))
        one = self.in_hand[owner].pop(0)
        if self.ledger.mark(one, owner):
            assert one.name not in self.gone
            self.in_flight.append((owner, one))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), result=st.sampled_from([S.ACCEPTED, S.DEFERRED, S.REJECTED, S.UNCERTAIN, S.QUEUED]))
    def answer(self, data: st.DataObject, result: DeliveryState) -> None:
        owner, one = self.in_flight.pop(data.draw(st.integers(0, len(self.in_flight) - 1)))
        if result is S.ACCEPTED:
            self.received[one.name] += 1
        before = self.ledger.states()[one.name]
        try:
            self.ledger.settle(one, result, owner, next_at=self.ledger.now + timedelta(minutes=5))
        except IllegalMove:
            assert before in {S.UNCERTAIN, S.BOUNCED}
            assert result is not S.ACCEPTED or before is S.BOUNCED

    @precondition(lambda self: self.in_flight)
    @rule(is_taken=st.booleans())
    def crash(self, is_taken: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        owner, one = self.in_flight.pop(0)
        self.received[one.name] += is_taken
        self.in_flight = [(other, flying) for other, flying in self.in_flight if other != owner]
        self.in_hand[owner] = []
        self.signs.pop(owner).__exit__(None, None, None)

    @rule(minutes=st.sampled_from([1, 5, 60]))
    def sleep(self, minutes: int) -> None:
        self.ledger.now += timedelta(minutes=minutes)

    @rule()
    def bury(self) -> None:
        self._keeping_attempts(lambda: self.outbox.bury_dead(self.edition.id, now=self.ledger.now))

    @rule(owner=OWNERS)
    def give_back(self, owner: str) -> None:
        self._keeping_attempts(lambda: self.outbox.give_back(self.edition.id, owner=owner))

    @rule()
    def expire(self) -> None:
        self._keeping_attempts(lambda: self.outbox.expire(self.edition.id, now=self.ledger.now))

    @rule(why=st.sampled_from(["", "stop"]))
    def pause(self, why: str) -> None:
        self.ledger.storage.editions.pause(self.edition.id, why)

    @rule(name=st.sampled_from(READERS), is_veto=st.booleans())
    def leave(self, name: str, is_veto: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        readers = self.ledger.storage.subscribers
        reader = readers.find("daily", f"{name}@reader.example")
        assert reader is not None
        if is_veto:
            readers.suppress(reader.address, SuppressionReason.COMPLAINT, now=self.ledger.now)
        else:
            readers.change_status(reader.id, SubscriberStatus.UNSUBSCRIBED, now=self.ledger.now)
        self.gone.add(name)

    @rule(name=st.sampled_from(READERS))
    def bounce(self, name: str) -> None:
        if self.received[name]:
            (one,) = [one for one in self.outbox.listing(self.edition.id) if one.name == name]
            self.outbox.note_bounce(one.id, detail="5.1.1", now=self.ledger.now)

    @invariant()
    def the_books_balance(self) -> None:
        books = self.outbox.books(self.edition.id)
        assert books.balance
        assert books.audience == len(READERS)

    @invariant()
    def nobody_is_mailed_twice_and_everything_taken_is_on_the_books(self) -> None:
        for name, state in self.ledger.states().items():
            assert self.received[name] <= 1
            if self.received[name]:
                assert state in {S.ACCEPTED, S.BOUNCED, S.UNCERTAIN, S.ATTEMPTING}
            if state is S.ACCEPTED:
                assert self.received[name] == 1

    def _keeping_attempts(self, act: Callable[[], Any]) -> Any:
        before = self.ledger.states()
        done = act()
        for name, state in self.ledger.states().items():
            if before[name] is S.ATTEMPTING:
                assert state in {S.ATTEMPTING, S.UNCERTAIN}
        return done


def test_the_ledger_keeps_its_promises_in_any_order_of_events(
    new_storage: NewStorage, request: pytest.FixtureRequest
) -> None:
    class SendersHere(Senders):
        def __init__(self) -> None:
            super().__init__(new_storage)

    examples = 40 if "memory" in request.node.name else 8
    run_state_machine_as_test(
        SendersHere, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None)
    )
