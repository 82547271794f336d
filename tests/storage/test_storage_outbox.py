import dataclasses
from datetime import timedelta

import pytest

from digest.errors import IllegalMove, StorageError
from digest.model.delivery import Books, DeliveryState
from digest.model.subscriber import SubscriberStatus, SuppressionReason
from digest.ports import Storage
from digest.storage import outbox as outbox_module
from digest.storage.database import SqlStorage
from digest.testing.factories import MORNING, make_edition
from tests.storage.storage_bench import LEASE, Ledger

S = DeliveryState
UNSUBSCRIBED = SubscriberStatus.UNSUBSCRIBED


def unsubscribe(ledger: Ledger, name: str) -> None:
    reader = ledger.storage.subscribers.find("daily", f"{name}@reader.example")
    assert reader is not None
    ledger.storage.subscribers.change_status(reader.id, UNSUBSCRIBED, now=ledger.now)


# ── the audience ────────────────────────────────────────────────────────────────────────────────────


def test_the_audience_is_who_was_confirmed_at_publication_and_bears_no_veto(ledger: Ledger) -> None:
    ledger.add_reader("ada")
    ledger.add_reader("at-the-last-second", now=MORNING)
    ledger.add_reader("too-late", now=MORNING + timedelta(seconds=1))
    ledger.add_reader("pending", status=SubscriberStatus.PENDING)
    ledger.add_reader("gone", status=UNSUBSCRIBED)
    ledger.add_reader("weekly", newsletter="weekly")
    ledger.add_reader("vetoed")
    ledger.storage.subscribers.suppress("VETOED@reader.example", SuppressionReason.COMPLAINT, now=MORNING)
    edition = ledger.publish()

    assert ledger.storage.outbox.fill(edition.id, now=MORNING + timedelta(minutes=1)) == 2

    assert ledger.states() == {"ada": S.QUEUED, "at-the-last-second": S.QUEUED}
    filed = ledger.storage.editions.by_id(edition.id)
    assert filed is not None
    assert (filed.audience, filed.snapshot_done) == (2, True)


def test_filling_twice_changes_nothing_and_whoever_comes_later_waits_for_tomorrow(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo")
    ledger.add_reader("cy")

    assert ledger.storage.outbox.fill(edition.id, now=MORNING) == 2
    assert list(ledger.states()) == ["ada", "bo"]


def test_only_a_published_edition_has_an_audience(storage: Storage) -> None:
    draft = storage.editions.save(make_edition())

    for edition_id in (draft.id, 99):
        with pytest.raises(IllegalMove, match="not published"):
            storage.outbox.fill(edition_id, now=MORNING)


def test_filling_goes_on_where_a_crash_stopped_it(
    sql_storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(sql_storage)
    for number in range(7):
        ledger.add_reader(f"r{number}")
    edition = ledger.publish()
    monkeypatch.setattr(sql_storage.outbox, "_chunk", 3)
    chunk = sql_storage.outbox._fill_chunk
    left = iter([None, None])

    def crash_at_the_third(*args: object, **kwargs: object) -> int | None:
        try:
            next(left)
        except StopIteration:
            raise MemoryError from None
        return chunk(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came

    with monkeypatch.context() as crashing:
        crashing.setattr(sql_storage.outbox, "_fill_chunk", crash_at_the_third)
        with pytest.raises(MemoryError):
            sql_storage.outbox.fill(edition.id, now=MORNING)
    half = sql_storage.outbox.books(edition.id)
    assert (half.audience, half.balance) == (6, True)
    assert sql_storage.check_books() == ()

    assert sql_storage.outbox.fill(edition.id, now=MORNING) == 7
    assert len(ledger.states()) == 7


# ── claiming ────────────────────────────────────────────────────────────────────────────────────────


def test_a_claim_takes_no_more_than_asked_and_nothing_twice(ledger: Ledger) -> None:
    ledger.send_to("ada", "bo", "cy")

    first = ledger.claim("ana", limit=2)
    rest = ledger.claim("ben", limit=2)

    assert [one.name for one in first] == ["ada", "bo"]
    assert [one.name for one in rest] == ["cy"]
    assert ledger.claim("ana") == ()
    assert first[0] == dataclasses.replace(
        first[0],
        edition_id=ledger.edition.id,
        address="ada@reader.example",
        state=S.CLAIMED,
        attempts=0,
        next_at=None,
    )


def test_a_claim_has_an_upper_bound(sql_storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_CLAIM", 2)
    ledger = Ledger(sql_storage)
    ledger.send_to("ada", "bo", "cy")

    assert len(ledger.claim(limit=100)) == 2


def test_deferred_deliveries_are_claimed_once_due_and_after_first_attempts(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo", "cy")
    ada, bo, _ = ledger.claim(limit=3)
    soon, later = MORNING + timedelta(minutes=5), MORNING + timedelta(minutes=15)
    ledger.settle(ada, S.DEFERRED, next_at=later, code=451, detail="greylisted")
    ledger.settle(bo, S.DEFERRED, next_at=soon)
    assert ledger.storage.outbox.next_due(edition.id) == soon
    ledger.storage.outbox.give_back(edition.id, owner="ana")

    assert [one.name for one in ledger.claim()] == ["cy"]
    ledger.now = soon
    assert [one.name for one in ledger.claim()] == ["bo"]
    ledger.now = later
    (again,) = ledger.claim()
    assert (again.name, again.next_at, again.code, again.detail) == ("ada", None, 451, "greylisted")
    assert ledger.storage.outbox.next_due(edition.id) is None


def test_a_deferral_without_a_time_is_due_at_once(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()

    ledger.settle(ada, S.DEFERRED)

    assert [one.name for one in ledger.claim()] == ["ada"]


def test_who_unsubscribed_or_was_vetoed_meanwhile_is_suppressed_and_others_fill_the_claim(
    ledger: Ledger,
) -> None:
    ledger.send_to("ada", "bo", "cy", "di")
    unsubscribe(ledger, "ada")
    ledger.storage.subscribers.suppress("bo@reader.example", SuppressionReason.HARD_BOUNCE, now=ledger.now)

    assert [one.name for one in ledger.claim(limit=1)] == ["cy"]

    assert ledger.states() == {"ada": S.SUPPRESSED, "bo": S.SUPPRESSED, "cy": S.CLAIMED, "di": S.QUEUED}


@pytest.mark.parametrize("trouble", ["paused", "expired", "unknown"])
def test_nothing_is_claimed_from_an_edition_that_does_not_send(ledger: Ledger, trouble: str) -> None:
    edition = ledger.send_to("ada")
    if trouble == "paused":
        ledger.storage.editions.pause(edition.id, "stop")
    elif trouble == "expired":
        ledger.now = MORNING + timedelta(hours=3)
    else:
        ledger.edition = dataclasses.replace(edition, id=99)

    assert ledger.claim() == ()


# ── marking ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_mark_counts_the_attempt(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()

    assert ledger.mark(ada)
    assert not ledger.mark(ada)

    (marked,) = ledger.storage.outbox.listing(ledger.edition.id)
    assert (marked.state, marked.attempts) == (S.ATTEMPTING, 1)


@pytest.mark.parametrize("trouble", ["another owner", "lease over", "paused", "expired", "given back"])
def test_no_mark_is_given_once_the_row_or_the_edition_is_not_ours_to_send(
    ledger: Ledger, trouble: str
) -> None:
    edition = ledger.send_to("ada")
    (ada,) = ledger.claim(lease=timedelta(hours=9) if trouble == "expired" else LEASE)
    if trouble == "lease over":
        ledger.now += LEASE
    elif trouble == "expired":
        ledger.now += timedelta(hours=3)
    elif trouble == "paused":
        ledger.storage.editions.pause(edition.id, "stop")
    elif trouble == "given back":
        assert ledger.storage.outbox.give_back(edition.id, owner="ana") == 1

    assert not ledger.mark(ada, "ben" if trouble == "another owner" else "ana")

    assert ledger.states() == {"ada": S.QUEUED if trouble == "given back" else S.CLAIMED}


@pytest.mark.parametrize("how", ["unsubscribed", "vetoed"])
def test_nobody_is_marked_after_taking_back_consent(ledger: Ledger, how: str) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()
    if how == "unsubscribed":
        unsubscribe(ledger, "ada")
    else:
        ledger.storage.subscribers.suppress("ada@reader.example", SuppressionReason.OPERATOR, now=MORNING)

    assert not ledger.mark(ada)

    assert ledger.states() == {"ada": S.SUPPRESSED}


def test_an_unknown_delivery_is_not_marked(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()

    assert not ledger.mark(dataclasses.replace(ada, id=99))


# ── settling ────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_is_kept_with_code_and_words(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()
    ledger.mark(ada)

    ledger.settle(ada, S.REJECTED, code=550, detail="5.1.1 no such user\r\n\x1b[31m")

    (settled,) = ledger.storage.outbox.listing(ledger.edition.id)
    assert settled == dataclasses.replace(
        ada, state=S.REJECTED, attempts=1, code=550, detail="5.1.1 no such user\r\n\x1b[31m"
    )


def test_a_refused_address_is_rejected_before_any_mark_by_its_owner_alone(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim("ana")

    with pytest.raises(IllegalMove, match="another sender"):
        ledger.settle(ada, S.REJECTED, "ben")
    ledger.settle(ada, S.REJECTED, "ana")


def test_an_attempt_is_settled_by_its_owner_alone(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim("ana")
    ledger.mark(ada, "ana")

    with pytest.raises(IllegalMove, match="another sender"):
        ledger.settle(ada, S.ACCEPTED, "ben")


def test_a_late_250_heals_what_was_uncertain_whoever_brings_it(ledger: Ledger) -> None:
    edition = ledger.send_to("ada")
    (ada,) = ledger.claim("ana")
    ledger.mark(ada, "ana")
    ledger.now += LEASE
    assert ledger.storage.outbox.bury_dead(edition.id, now=ledger.now) == 1

    ledger.settle(ada, S.ACCEPTED, "ana", code=250)

    assert ledger.states() == {"ada": S.ACCEPTED}


def test_a_loss_before_the_body_takes_the_mark_back_and_keeps_the_count(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()
    ledger.mark(ada)

    ledger.settle(ada, S.QUEUED)

    (again,) = ledger.claim("ben")
    assert again.attempts == 1


def test_a_delivery_that_does_not_exist_cannot_be_settled(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()

    with pytest.raises(IllegalMove, match="no delivery 99"):
        ledger.settle(dataclasses.replace(ada, id=99), S.ACCEPTED)


# ── giving back, expiring, bouncing ─────────────────────────────────────────────────────────────────


def test_only_what_was_claimed_is_given_back_never_what_is_being_attempted(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo", "cy")
    ada, _ = ledger.claim("ana", limit=2)
    ledger.claim("ben")
    ledger.mark(ada, "ana")

    assert ledger.storage.outbox.give_back(edition.id, owner="ana") == 1

    assert ledger.states() == {"ada": S.ATTEMPTING, "bo": S.QUEUED, "cy": S.CLAIMED}


def test_what_waits_expires_with_the_edition_and_not_before(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo", "cy")
    ada, bo = ledger.claim(limit=2)
    ledger.settle(ada, S.DEFERRED, next_at=MORNING + timedelta(hours=2))
    ledger.mark(bo)
    outbox = ledger.storage.outbox

    assert outbox.expire(edition.id, now=MORNING + timedelta(hours=2)) == 0
    assert outbox.expire(edition.id, now=MORNING + timedelta(hours=3)) == 2
    assert outbox.expire(99, now=MORNING) == 0

    assert ledger.states() == {"ada": S.EXPIRED, "bo": S.ATTEMPTING, "cy": S.EXPIRED}
    assert outbox.next_due(edition.id) is None


def test_a_bounce_moves_what_was_accepted_or_uncertain_and_leaves_the_rest(ledger: Ledger) -> None:
    ledger.send_to("ada", "bo", "cy")
    ada, bo, cy = ledger.claim()
    for one in (ada, bo, cy):
        ledger.mark(one)
    ledger.settle(ada, S.ACCEPTED)
    ledger.settle(bo, S.UNCERTAIN)
    outbox = ledger.storage.outbox

    bounced = [outbox.note_bounce(one.id, detail="5.1.1 gone", now=MORNING) for one in (ada, bo, cy)]

    assert [one and (one.state, one.detail) for one in bounced] == [
        (S.BOUNCED, "5.1.1 gone"),
        (S.BOUNCED, "5.1.1 gone"),
        (S.ATTEMPTING, ""),
    ]
    assert outbox.note_bounce(ada.id, detail="once more", now=MORNING) == bounced[0]
    assert outbox.note_bounce(99, detail="", now=MORNING) is None


# ── the books ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "books"),
    [
        (S.QUEUED, Books(audience=1, to_do=1)),
        (S.CLAIMED, Books(audience=1, to_do=1)),
        (S.ATTEMPTING, Books(audience=1, to_do=1)),
        (S.ACCEPTED, Books(audience=1, accepted=1)),
        (S.DEFERRED, Books(audience=1, deferred=1)),
        (S.REJECTED, Books(audience=1, rejected=1)),
        (S.UNCERTAIN, Books(audience=1, uncertain=1)),
        (S.SUPPRESSED, Books(audience=1, suppressed=1)),
        (S.EXPIRED, Books(audience=1, expired=1)),
        (S.BOUNCED, Books(audience=1, accepted=1, bounced=1)),
    ],
)
def test_the_books_balance_in_every_state(ledger: Ledger, state: DeliveryState, books: Books) -> None:
    ledger.bring_to(state, "ada")

    assert ledger.storage.outbox.books(ledger.edition.id) == books
    assert books.balance


def test_an_unknown_edition_has_empty_books(storage: Storage) -> None:
    assert storage.outbox.books(99) == Books()
    assert storage.outbox.listing(99) == ()


def test_deliveries_are_listed_by_state_and_up_to_a_limit(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo", "cy")
    ledger.claim(limit=1)
    outbox = ledger.storage.outbox

    assert [one.name for one in outbox.listing(edition.id, limit=2)] == ["ada", "bo"]
    assert [one.name for one in outbox.listing(edition.id, states=[S.QUEUED])] == ["bo", "cy"]
    assert len(outbox.listing(edition.id, states=iter([S.QUEUED, S.CLAIMED]))) == 3


# ── signs of life ───────────────────────────────────────────────────────────────────────────────────


def test_the_living_keep_what_they_hold_and_the_dead_do_not(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo", "cy", "di")
    outbox = ledger.storage.outbox
    with outbox.enlist("ana"):
        with outbox.enlist("ben"):
            for owner in ("ana", "ben"):
                one, _ = ledger.claim(owner, limit=2)
                ledger.mark(one, owner)
            assert outbox.bury_dead(edition.id, now=ledger.now) == 0
        assert outbox.bury_dead(edition.id, now=ledger.now) == 1
        assert outbox.bury_dead(edition.id, now=ledger.now) == 0

    assert ledger.states() == {"ada": S.ATTEMPTING, "bo": S.CLAIMED, "cy": S.UNCERTAIN, "di": S.QUEUED}
    (doubted,) = outbox.listing(edition.id, states=[S.UNCERTAIN])
    assert "the sender died" in doubted.detail


def test_a_lease_that_is_over_buries_even_the_living(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo")
    with ledger.storage.outbox.enlist("ana"):
        ada, _ = ledger.claim("ana")
        ledger.mark(ada, "ana")
        ledger.now += LEASE

        assert ledger.storage.outbox.bury_dead(edition.id, now=ledger.now) == 1

    assert ledger.states() == {"ada": S.UNCERTAIN, "bo": S.QUEUED}


def test_two_senders_cannot_live_under_one_name(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.storage.lifesigns.PATIENCE", 0.05)
    outbox = ledger.storage.outbox

    with outbox.enlist("ana"), pytest.raises(StorageError, match="already runs"), outbox.enlist("ana"):
        pass
    with outbox.enlist("ana"):
        pass


# ── transactions ────────────────────────────────────────────────────────────────────────────────────


def test_a_transaction_keeps_all_or_nothing(ledger: Ledger) -> None:
    storage = ledger.storage

    def add_two_and_fail() -> None:
        with storage.transaction():
            ledger.add_reader("ada")
            with storage.transaction():
                ledger.add_reader("bo")
            assert len(list(storage.subscribers.iterate())) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_two_and_fail()

    assert list(storage.subscribers.iterate()) == []
    with storage.transaction():
        ledger.add_reader("ada")
    assert len(list(storage.subscribers.iterate())) == 1


def test_what_fails_inside_a_transaction_leaves_the_rest_whole(ledger: Ledger) -> None:
    ledger.send_to("ada")
    (ada,) = ledger.claim()

    def reject_and_fail() -> None:
        with ledger.storage.transaction():
            ledger.settle(ada, S.REJECTED)
            raise RuntimeError

    with ledger.storage.transaction():
        with pytest.raises(IllegalMove):
            ledger.settle(ada, S.BOUNCED)
        with pytest.raises(RuntimeError):
            reject_and_fail()
        ledger.settle(ada, S.DEFERRED, next_at=MORNING)

    assert ledger.states() == {"ada": S.DEFERRED}
