"""From the request to the goodbye: letters are few, consent is proven, leaving is immediate."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from digest.errors import AddressRefused
from digest.model.newsletter import Newsletter
from digest.model.notice import NoticeKind
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, SuppressionReason
from digest.testing.factories import FakeClock
from digest.testing.memory import MemoryStorage
from digest.workflows.subscribe import (
    Standing,
    change_preferences,
    confirm,
    is_proven,
    request_subscription,
    resubscribe,
    standing,
    unsubscribe,
    unsubscribe_from_all,
)

DAILY, WEEKLY = Newsletter(name="daily"), Newsletter(name="weekly")
ANA = "ana@example.com"


class Desk:
    """The workflows with their parts filled in."""

    def __init__(self, storage: MemoryStorage, clock: FakeClock) -> None:
        self.storage = storage
        self.clock = clock

    def request(self, address: str = ANA, newsletter: str = "daily") -> bool:
        return request_subscription(
            newsletter,
            address,
            name="Ana",
            language="en",
            wording="Yes, send me the daily.",
            page="https://news.example/subscribe",
            storage=self.storage,
            now=self.clock(),
        )

    def reader(self, address: str = ANA, newsletter: str = "daily") -> Subscriber:
        reader = self.storage.subscribers.find(newsletter, address)
        assert reader is not None
        return reader

    def confirmed(self, address: str = ANA) -> Subscriber:
        self.request(address)
        assert self.do(confirm, self.reader(address)) is Standing.OPEN
        return self.reader(address)

    def do(self, workflow: Any, reader: Subscriber) -> Any:
        return workflow(reader, page="https://news.example/page", storage=self.storage, now=self.clock())

    def prefer(self, reader: Subscriber, *wanted: str) -> bool:
        return change_preferences(
            reader,
            wanted,
            offered=(DAILY, WEEKLY),
            wording="Send me what is ticked.",
            page="https://news.example/preferences",
            storage=self.storage,
            now=self.clock(),
        )

    def letters(self, kind: NoticeKind = NoticeKind.CONFIRM) -> list[str]:
        waiting = self.storage.subscribers.waiting_notices(limit=1000)
        return [notice.address for notice in waiting if notice.kind is kind]

    def events(self, reader: Subscriber) -> list[str]:
        return [proof.event for proof in self.storage.subscribers.consents(reader.id)]


@pytest.fixture
def desk(storage: MemoryStorage, clock: FakeClock) -> Desk:
    return Desk(storage, clock)


# ── the request ─────────────────────────────────────────────────────────────────────────────────────


def test_a_request_becomes_a_pending_subscriber_with_one_letter(desk: Desk) -> None:
    desk.request(" Ana@EXAMPLE.com ")
    reader = desk.reader()
    assert (reader.address, reader.name, reader.status) == (
        "Ana@example.com",
        "Ana",
        SubscriberStatus.PENDING,
    )
    assert desk.letters() == ["Ana@example.com"]


def test_a_request_records_the_words_and_the_page_it_was_made_on(desk: Desk) -> None:
    desk.request()
    (proof,) = desk.storage.subscribers.consents(desk.reader().id)
    assert proof == Consent(
        subscriber_id=desk.reader().id,
        event="requested",
        at=desk.clock(),
        source="web",
        wording="Yes, send me the daily.",
        wording_hash=hashlib.sha256(b"Yes, send me the daily.").hexdigest(),
        page="https://news.example/subscribe",
    )


def test_what_is_no_address_is_refused_with_a_reason(desk: Desk) -> None:
    with pytest.raises(AddressRefused, match="looks like"):
        desk.request("ana")
    assert list(desk.storage.subscribers.iterate()) == []


def test_a_vetoed_address_gets_no_letter_and_is_not_even_kept(desk: Desk) -> None:
    desk.storage.subscribers.suppress(ANA, SuppressionReason.ERASED, now=desk.clock())
    desk.request()
    assert desk.letters() == []
    assert desk.storage.subscribers.find("daily", ANA) is None


def test_a_reader_who_is_confirmed_stays_so_and_gets_no_letter(desk: Desk) -> None:
    desk.confirmed()
    desk.clock.advance(days=2)
    desk.request()
    assert desk.reader().status is SubscriberStatus.CONFIRMED
    assert desk.letters() == [ANA]


def test_who_left_becomes_pending_again_by_asking(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.do(unsubscribe, reader)
    desk.clock.advance(days=2)
    desk.request()
    assert desk.reader().status is SubscriberStatus.PENDING
    assert desk.letters() == [ANA, ANA]


def test_who_left_today_stays_unsubscribed_as_long_as_no_letter_can_go_out(desk: Desk) -> None:
    desk.do(unsubscribe, desk.confirmed())
    desk.request()
    assert desk.reader().status is SubscriberStatus.UNSUBSCRIBED


def test_one_letter_goes_out_within_a_day_however_often_it_is_asked_for(desk: Desk) -> None:
    for _ in range(100):
        desk.request()
        desk.request(ANA.upper())
    assert desk.letters() == [ANA]
    assert desk.events(desk.reader()) == ["requested"]


def test_a_request_says_whether_a_letter_waits_because_of_it(desk: Desk) -> None:
    desk.storage.subscribers.suppress("no@example.com", SuppressionReason.OPERATOR, now=desk.clock())
    desk.confirmed("ben@example.com")
    desk.clock.advance(days=2)
    answers = [desk.request(address) for address in (ANA, ANA, "no@example.com", "ben@example.com")]
    assert answers == [True, False, False, False]


def test_the_pause_counts_for_the_address_and_not_for_the_newsletter(desk: Desk) -> None:
    desk.request(newsletter="daily")
    desk.request(newsletter="weekly")
    assert desk.letters() == [ANA]


def test_three_letters_go_out_within_thirty_days_and_a_fourth_after_them(desk: Desk) -> None:
    for _ in range(30):
        desk.request()
        desk.clock.advance(days=1)
    assert len(desk.letters()) == 3
    desk.request()
    assert len(desk.letters()) == 4


# ── the confirmation ────────────────────────────────────────────────────────────────────────────────


def test_confirming_counts_once_and_is_said_to_have_been_done_the_second_time(desk: Desk) -> None:
    desk.request()
    reader = desk.reader()
    assert [desk.do(confirm, reader), desk.do(confirm, reader)] == [Standing.OPEN, Standing.CONFIRMED]
    assert desk.reader().status is SubscriberStatus.CONFIRMED
    assert desk.events(reader) == ["requested", "confirmed"]
    assert desk.letters(NoticeKind.WELCOME) == [ANA]


def test_a_link_confirms_for_seven_days(desk: Desk) -> None:
    desk.request()
    desk.clock.advance(days=7)
    assert standing(desk.reader(), storage=desk.storage, now=desk.clock()) is Standing.OPEN
    desk.clock.advance(seconds=1)
    assert desk.do(confirm, desk.reader()) is Standing.LAPSED
    assert desk.reader().status is SubscriberStatus.PENDING


def test_a_link_without_a_letter_confirms_nothing(desk: Desk) -> None:
    reader = desk.storage.subscribers.add("daily", ANA, status=SubscriberStatus.PENDING, now=desk.clock())
    assert desk.do(confirm, reader) is Standing.LAPSED


def test_an_old_link_does_not_bring_back_who_left(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.do(unsubscribe, reader)
    assert desk.do(confirm, reader) is Standing.LAPSED
    assert desk.reader().status is SubscriberStatus.UNSUBSCRIBED


def test_a_reader_who_was_erased_meanwhile_is_not_confirmed(desk: Desk) -> None:
    gone = Subscriber(id=999, newsletter="daily", address=ANA)
    assert desk.do(confirm, gone) is Standing.LAPSED


# ── leaving ─────────────────────────────────────────────────────────────────────────────────────────


def test_unsubscribing_twice_is_recorded_once(desk: Desk) -> None:
    reader = desk.confirmed()
    assert [desk.do(unsubscribe, reader), desk.do(unsubscribe, reader)] == [True, False]
    assert desk.events(reader) == ["requested", "confirmed", "unsubscribed"]


def test_unsubscribing_can_be_undone_for_a_day(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.do(unsubscribe, reader)
    desk.clock.advance(hours=24)
    assert desk.do(resubscribe, reader)
    assert desk.reader().status is SubscriberStatus.CONFIRMED
    assert desk.events(reader)[-1] == "resubscribed"


def test_unsubscribing_cannot_be_undone_later(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.do(unsubscribe, reader)
    desk.clock.now += timedelta(hours=24, seconds=1)
    assert not desk.do(resubscribe, reader)


def test_who_never_confirmed_cannot_get_in_by_undoing(desk: Desk) -> None:
    desk.request()
    desk.do(unsubscribe, desk.reader())
    assert not desk.do(resubscribe, desk.reader())
    assert desk.reader().status is SubscriberStatus.UNSUBSCRIBED


def test_there_is_nothing_to_undo_for_who_is_still_there_or_was_erased(desk: Desk) -> None:
    assert not desk.do(resubscribe, desk.confirmed())
    assert not desk.do(resubscribe, Subscriber(id=999, newsletter="daily", address=ANA))


def test_leaving_everything_leaves_newsletters_that_are_no_longer_on_offer_too(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.storage.subscribers.add("bygone", ANA, status=SubscriberStatus.CONFIRMED, now=desk.clock())
    desk.do(unsubscribe_from_all, reader)
    statuses = {one.status for one in desk.storage.subscribers.same_address(reader.id)}
    assert statuses == {SubscriberStatus.UNSUBSCRIBED}


# ── preferences ─────────────────────────────────────────────────────────────────────────────────────


def test_a_reader_switches_newsletters_on_and_off(desk: Desk) -> None:
    reader = desk.confirmed()
    assert desk.prefer(reader, "weekly")
    assert desk.reader().status is SubscriberStatus.UNSUBSCRIBED
    added = desk.reader(newsletter="weekly")
    assert (added.status, added.name, added.language) == (SubscriberStatus.CONFIRMED, "Ana", "en")
    assert desk.storage.subscribers.consents(added.id)[0].wording == "Send me what is ticked."


def test_saving_what_is_so_already_changes_nothing(desk: Desk) -> None:
    reader = desk.confirmed()
    before = desk.events(reader)
    assert desk.prefer(reader, "daily")
    assert desk.events(reader) == before


def test_who_left_may_come_back_by_the_preferences(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.do(unsubscribe, reader)
    assert desk.prefer(desk.reader(), "daily")
    assert desk.reader().status is SubscriberStatus.CONFIRMED


def test_names_that_are_not_on_offer_are_left_alone(desk: Desk) -> None:
    reader = desk.confirmed()
    desk.prefer(reader, "daily", "secret")
    assert desk.storage.subscribers.find("secret", ANA) is None


def test_an_address_that_was_never_confirmed_can_only_be_switched_off(desk: Desk) -> None:
    desk.request()
    assert not desk.prefer(desk.reader(), "daily", "weekly")
    assert desk.reader().status is SubscriberStatus.PENDING
    assert not desk.prefer(desk.reader())
    assert desk.reader().status is SubscriberStatus.UNSUBSCRIBED


def test_an_imported_reader_counts_as_proven_even_after_leaving(desk: Desk) -> None:
    reader = desk.storage.subscribers.add(
        "daily", ANA, status=SubscriberStatus.UNSUBSCRIBED, now=desk.clock()
    )
    assert not is_proven(reader, storage=desk.storage)
    desk.storage.subscribers.record_consent(
        Consent(subscriber_id=reader.id, event="imported", at=desk.clock())
    )
    assert is_proven(reader, storage=desk.storage)
