"""What comes back: only a report to a return path of ours changes anything."""

from __future__ import annotations

from digest.model.bounce import BounceKind
from digest.model.delivery import DeliveryState, Reply
from digest.model.subscriber import SubscriberStatus, SuppressionReason
from digest.testing.factories import SIGNER, FakeClock, make_edition, make_printed
from digest.testing.memory import MemoryStorage
from digest.tokens import Purpose
from digest.workflows.feedback import feed_back, leave_by_letter


def _accepted(storage: MemoryStorage, clock: FakeClock) -> int:
    reader = storage.subscribers.add(
        "daily", "ana@example.org", status=SubscriberStatus.CONFIRMED, now=clock()
    )
    filed = storage.editions.publish(
        make_edition(), make_printed(), now=clock(), expires_at=clock().replace(hour=23)
    )
    storage.outbox.fill(filed.id, now=clock())
    with storage.outbox.enlist("me"):
        lease = clock().replace(hour=22)
        (delivery,) = storage.outbox.claim(filed.id, owner="me", limit=1, now=clock(), lease_until=lease)
        assert storage.outbox.mark(delivery.id, owner="me", now=clock(), lease_until=lease)
        done = delivery.to(DeliveryState.ATTEMPTING, attempts=1).after(
            Reply(code=250, text="ok"), now=clock(), expires_at=lease
        )
        storage.outbox.settle(done, owner="me", now=clock())
    assert delivery.subscriber_id == reader.id
    return delivery.id


def _report(to: str, status: str = "5.1.1", words: str = "550 5.1.1 no such user") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@example.org\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n\r\n--b--\r\n"
    ).encode()


def _return_path(delivery_id: int) -> str:
    return f"b+{SIGNER.sign(Purpose.RETURN_PATH, delivery_id)}@bounces.paper.example"


def test_a_reader_who_is_gone_gets_a_veto(storage: MemoryStorage, clock: FakeClock) -> None:
    delivery_id = _accepted(storage, clock)
    (feedback,) = feed_back(_report(_return_path(delivery_id)), storage=storage, signer=SIGNER, now=clock())
    assert (feedback.kind, feedback.delivery_id, feedback.suppressed) == (
        BounceKind.READER_GONE,
        delivery_id,
        True,
    )
    suppression = storage.subscribers.suppression("ana@example.org")
    assert suppression is not None
    assert suppression.reason is SuppressionReason.HARD_BOUNCE


def test_the_same_report_twice_changes_nothing_more(storage: MemoryStorage, clock: FakeClock) -> None:
    raw = _report(_return_path(_accepted(storage, clock)))
    feed_back(raw, storage=storage, signer=SIGNER, now=clock())
    (again,) = feed_back(raw, storage=storage, signer=SIGNER, now=clock())
    assert not again.suppressed


def test_a_full_mailbox_is_no_veto(storage: MemoryStorage, clock: FakeClock) -> None:
    raw = _report(_return_path(_accepted(storage, clock)), status="5.2.2", words="552 mailbox full")
    (feedback,) = feed_back(raw, storage=storage, signer=SIGNER, now=clock())
    assert not feedback.suppressed
    assert storage.subscribers.suppression("ana@example.org") is None


def test_a_forged_report_unsubscribes_nobody(storage: MemoryStorage, clock: FakeClock) -> None:
    delivery_id = _accepted(storage, clock)
    forged = SIGNER.sign(Purpose.UNSUBSCRIBE, delivery_id)
    for to in ("ana@example.org", f"b+{forged}@bounces.paper.example", "b+short@bounces.paper.example"):
        for feedback in feed_back(_report(to), storage=storage, signer=SIGNER, now=clock()):
            assert feedback.delivery_id is None
    assert storage.subscribers.suppression("ana@example.org") is None


def test_a_delivery_that_never_was_is_named_as_such(storage: MemoryStorage, clock: FakeClock) -> None:
    (feedback,) = feed_back(_report(_return_path(999)), storage=storage, signer=SIGNER, now=clock())
    assert feedback.delivery_id is None


def test_a_letter_that_is_no_report_does_nothing(storage: MemoryStorage, clock: FakeClock) -> None:
    letter = b"From: ana@example.org\r\nSubject: thanks\r\n\r\nLovely edition.\r\n"
    assert feed_back(letter, storage=storage, signer=SIGNER, now=clock()) == ()


def test_a_delay_is_no_bounce(storage: MemoryStorage, clock: FakeClock) -> None:
    delivery_id = _accepted(storage, clock)
    raw = _report(_return_path(delivery_id), status="4.2.2").replace(b"failed", b"delayed")
    feed_back(raw, storage=storage, signer=SIGNER, now=clock())
    assert storage.outbox.books(1).bounced == 0


def test_who_writes_to_their_own_address_for_leaving_is_unsubscribed(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    reader = storage.subscribers.add(
        "daily", "ana@example.org", status=SubscriberStatus.CONFIRMED, now=clock()
    )
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, reader.id)
    nobody = SIGNER.sign(Purpose.UNSUBSCRIBE, 999)
    wrong = SIGNER.sign(Purpose.PREFERENCES, reader.id)
    for stranger in (wrong, nobody, "a" * 37):
        letter = f"To: u+{stranger}@bounces.paper.example\r\n\r\nbye\r\n".encode()
        assert leave_by_letter(letter, storage=storage, signer=SIGNER, now=clock()) is None
    assert leave_by_letter(b"To: x@y.example\r\n\r\n", storage=storage, signer=SIGNER, now=clock()) is None
    letter = f"Delivered-To: U+{token.upper()}@bounces.paper.example\r\n\r\n".encode()
    left = leave_by_letter(letter, storage=storage, signer=SIGNER, now=clock())
    assert left is not None
    assert left.status is SubscriberStatus.UNSUBSCRIBED
    assert storage.subscribers.consents(reader.id)[-1].event == "unsubscribed"
