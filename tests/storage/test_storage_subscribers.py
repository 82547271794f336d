import dataclasses
from datetime import timedelta

import pytest

from digest.errors import StorageError
from digest.model.notice import NOTICE_PAUSES, Notice, NoticeKind
from digest.model.subscriber import (
    Consent,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
)
from digest.ports import Storage
from digest.storage import subscribers
from digest.testing.factories import MORNING, SIGNER

LATER = MORNING + timedelta(hours=1)
PENDING, CONFIRMED, UNSUBSCRIBED = SubscriberStatus


def add(storage: Storage, address: str = "Ada@reader.example", newsletter: str = "daily") -> Subscriber:
    return storage.subscribers.add(
        newsletter, address, status=PENDING, now=MORNING, name="Ada", language="en"
    )


def test_a_mailbox_subscribes_once_however_its_address_is_spelt(storage: Storage) -> None:
    first = add(storage)

    again = storage.subscribers.add("daily", "ADA@reader.example", status=CONFIRMED, now=LATER)

    assert again == first
    assert first == Subscriber(
        id=first.id,
        newsletter="daily",
        address="Ada@reader.example",
        name="Ada",
        language="en",
        status=PENDING,
        since=MORNING,
    )
    assert storage.subscribers.find("daily", "ada@READER.example") == first
    assert storage.subscribers.get(first.id) == first


def test_somebody_unknown_is_none(storage: Storage) -> None:
    assert storage.subscribers.find("daily", "ada@reader.example") is None
    assert storage.subscribers.get(7) is None
    assert storage.subscribers.same_address(7) == ()
    assert not storage.subscribers.change_status(7, CONFIRMED, now=MORNING)


def test_one_address_may_read_several_newsletters(storage: Storage) -> None:
    daily = add(storage)
    weekly = add(storage, "ada@reader.example", "weekly")
    add(storage, "bo@reader.example")

    assert storage.subscribers.same_address(weekly.id) == (daily, weekly)


def test_a_status_changes_once_and_remembers_when(storage: Storage) -> None:
    reader = add(storage)

    assert storage.subscribers.change_status(reader.id, CONFIRMED, now=LATER)
    assert not storage.subscribers.change_status(reader.id, CONFIRMED, now=LATER + timedelta(days=1))

    assert storage.subscribers.get(reader.id) == dataclasses.replace(reader, status=CONFIRMED, since=LATER)


def test_every_proof_of_consent_is_kept_in_order(storage: Storage) -> None:
    reader = add(storage)
    asked = Consent(subscriber_id=reader.id, event="asked", at=MORNING, wording="Send me the daily")
    confirmed = Consent(subscriber_id=reader.id, event="confirmed", at=LATER, page="/confirm")

    storage.subscribers.record_consent(asked)
    storage.subscribers.record_consent(confirmed)

    assert storage.subscribers.consents(reader.id) == (asked, confirmed)
    assert storage.subscribers.consents(reader.id + 1) == ()


def test_a_consent_or_notice_of_nobody_is_refused(storage: Storage) -> None:
    with pytest.raises(StorageError):
        storage.subscribers.record_consent(Consent(subscriber_id=7, event="asked", at=MORNING))
    with pytest.raises(StorageError):
        storage.subscribers.queue_notice(NoticeKind.CONFIRM, 7, now=MORNING)


def test_readers_are_walked_page_by_page(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "_PAGE", 2)
    readers = [add(storage, f"r{number}@reader.example") for number in range(5)]
    weekly = add(storage, "r1@reader.example", "weekly")
    storage.subscribers.change_status(readers[0].id, CONFIRMED, now=MORNING)

    assert [one.id for one in storage.subscribers.iterate()] == [*(one.id for one in readers), weekly.id]
    assert list(storage.subscribers.iterate(newsletter="daily", status=PENDING)) == readers[1:]
    assert [one.id for one in storage.subscribers.iterate(status=CONFIRMED)] == [readers[0].id]


def test_counts_name_every_status(storage: Storage) -> None:
    add(storage)
    add(storage, "bo@reader.example")
    add(storage, "bo@reader.example", "weekly")

    assert storage.subscribers.counts("daily") == {PENDING: 2, CONFIRMED: 0, UNSUBSCRIBED: 0}


def test_the_first_veto_on_an_address_stays(storage: Storage) -> None:
    complaint = SuppressionReason.COMPLAINT
    assert storage.subscribers.suppression("ada@reader.example") is None

    assert storage.subscribers.suppress("Ada@reader.example", complaint, now=MORNING, note="by ARF")
    assert not storage.subscribers.suppress("ada@reader.example", SuppressionReason.HARD_BOUNCE, now=LATER)

    assert storage.subscribers.suppression("ADA@reader.example") == Suppression(
        address_key=SIGNER.address_key("ada@reader.example"), reason=complaint, at=MORNING, note="by ARF"
    )


def test_letters_wait_oldest_first_until_they_are_sent(storage: Storage) -> None:
    reader = add(storage)
    first = storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=MORNING)
    second = storage.subscribers.queue_notice(NoticeKind.WELCOME, reader.id, now=LATER)

    oldest, newest = storage.subscribers.waiting_notices(limit=5)

    assert oldest == Notice(
        id=first,
        kind=NoticeKind.CONFIRM,
        subscriber_id=reader.id,
        newsletter="daily",
        address="Ada@reader.example",
        created_at=MORNING,
    )
    assert newest.id == second
    assert storage.subscribers.waiting_notices(limit=1) == (oldest,)

    storage.subscribers.settle_notice(first, sent=True, now=LATER)

    assert storage.subscribers.waiting_notices(limit=5) == (newest,)


def test_a_letter_that_failed_five_times_waits_no_longer(storage: Storage) -> None:
    letter = storage.subscribers.queue_notice(NoticeKind.CONFIRM, add(storage).id, now=MORNING)

    for attempt in range(5):
        assert [one.attempts for one in storage.subscribers.waiting_notices(limit=5)] == [attempt]
        storage.subscribers.settle_notice(letter, sent=False, now=LATER)

    assert storage.subscribers.waiting_notices(limit=5) == ()
    storage.subscribers.settle_notice(letter + 1, sent=True, now=LATER)


def test_the_last_letter_of_a_kind_is_remembered_sent_or_not(storage: Storage) -> None:
    reader = add(storage)
    assert storage.subscribers.last_notice_at(NoticeKind.CONFIRM, reader.id) is None

    letter = storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=MORNING)
    storage.subscribers.settle_notice(letter, sent=True, now=LATER)
    storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=LATER)
    storage.subscribers.queue_notice(NoticeKind.WELCOME, reader.id, now=LATER + timedelta(days=1))

    assert storage.subscribers.last_notice_at(NoticeKind.CONFIRM, reader.id) == LATER


def test_a_letter_that_could_not_be_sent_rests_longer_each_time(storage: Storage) -> None:
    reader = storage.subscribers.add("daily", "ana@example.org", status=SubscriberStatus.PENDING, now=MORNING)
    letter = storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=MORNING)
    at = MORNING
    for pause in NOTICE_PAUSES:
        just_before = at + pause - timedelta(seconds=1)
        assert pause == timedelta(0) or storage.subscribers.waiting_notices(limit=5, now=just_before) == ()
        at += pause
        assert [one.id for one in storage.subscribers.waiting_notices(limit=5, now=at)] == [letter]
        storage.subscribers.settle_notice(letter, sent=False, now=at)
    assert storage.subscribers.waiting_notices(limit=5, now=at + timedelta(days=9)) == ()


def test_a_letter_is_marked_once_and_only_for_a_reader_it_is_meant_for(storage: Storage) -> None:
    reader = add(storage)
    storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=MORNING)
    storage.subscribers.queue_notice(NoticeKind.WELCOME, reader.id, now=MORNING)
    confirm, welcome = storage.subscribers.waiting_notices(limit=5)
    assert storage.subscribers.waiting_notices(limit=1, now=MORNING) == (confirm,)
    assert storage.subscribers.mark_notice(confirm, now=MORNING)
    assert not storage.subscribers.mark_notice(confirm, now=MORNING), "somebody else was quicker"
    assert not storage.subscribers.mark_notice(welcome, now=MORNING), "not confirmed yet"
    storage.subscribers.change_status(reader.id, CONFIRMED, now=MORNING)
    storage.subscribers.suppress(reader.address, SuppressionReason.OPERATOR, now=MORNING)
    assert not storage.subscribers.mark_notice(welcome, now=MORNING), "vetoed"
    assert storage.subscribers.waiting_notices(limit=5, now=LATER) == (), "nor tried again and again"
    storage.subscribers.settle_notice(welcome.id, sent=True, now=MORNING)
    unknown = dataclasses.replace(welcome, id=99)
    assert not storage.subscribers.mark_notice(unknown, now=MORNING)
    storage.subscribers.end_notice(confirm.id, now=MORNING)
    storage.subscribers.end_notice(99, now=MORNING)
    assert storage.subscribers.waiting_notices(limit=5) == ()


def test_a_letter_that_went_out_is_not_marked_again(storage: Storage) -> None:
    reader = add(storage)
    letter = storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=MORNING)
    storage.subscribers.settle_notice(letter, sent=True, now=MORNING)
    assert not storage.subscribers.mark_notice(
        Notice(
            id=letter,
            kind=NoticeKind.CONFIRM,
            subscriber_id=reader.id,
            newsletter="daily",
            address=reader.address,
            created_at=MORNING,
            attempts=1,
        ),
        now=MORNING,
    )
