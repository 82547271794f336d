"""Sending over a real line, from a real database, to a server that has its moods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.config import MailSettings
from digest.deliver.smtp import SmtpTransport
from digest.model.delivery import Books
from digest.storage.database import open_storage
from digest.testing.factories import SIGNER
from digest.testing.misbehaviour import (
    HANG,
    Act,
    Misbehaviour,
    Stage,
    at,
    behave,
    close_after,
    either,
    greylist,
    lose_replies,
    refuse_bulk,
    reject,
    say,
)
from digest.testing.smtp import RecordingServer
from digest.workflows.send import Outcome, Sending
from tests.workflows.send_bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    storage = open_storage(
        f"sqlite:///{tmp_path / 'digest.db'}", address_key=SIGNER.address_key, signs_folder=tmp_path / "signs"
    )
    yield Bench(storage)
    storage.close()


def send(bench: Bench, server: RecordingServer, **changes: Any) -> Sending:
    mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=5, data_timeout=1)
    return bench.send(transport=SmtpTransport(mail), **changes)


def receivers(server: RecordingServer) -> list[str]:
    return sorted(letter.rcpt_to for letter in server.received)


MOODS: dict[str, tuple[Misbehaviour, Books]] = {
    "well-behaved": (behave, Books(audience=20, accepted=20)),
    "closes after three": (close_after(3), Books(audience=20, accepted=20)),
    "421 after three": (close_after(3, with_421=True), Books(audience=20, accepted=20)),
    "one reader gone": (reject({"reader7@x.example"}), Books(audience=20, accepted=19, rejected=1)),
    "greylists two": (greylist(first=2), Books(audience=20, accepted=18, deferred=2)),
    "full for one": (at("dot", say("452 full"), first=1), Books(audience=20, accepted=19, deferred=1)),
    "loses a reply": (lose_replies(first=1), Books(audience=20, accepted=19, uncertain=1)),
    "hangs up before the body": (
        at("DATA", Act(then="reset"), first=1),
        Books(audience=20, accepted=19, deferred=1),
    ),
    "falls silent behind the dot": (at("dot", HANG, first=1), Books(audience=20, accepted=19, uncertain=1)),
    "is out at first": (at("connect", say("421 starting"), first=3), Books(audience=20, accepted=20)),
    "speaks nonsense once": (
        at("RCPT", say("it is fine"), first=1),
        Books(audience=20, accepted=19, deferred=1),
    ),
}


@pytest.mark.parametrize(("mood", "books"), MOODS.values(), ids=MOODS.keys())
def test_the_books_say_what_the_server_knows(bench: Bench, mood: Misbehaviour, books: Books) -> None:
    bench.publish(20)
    with RecordingServer(misbehave=mood) as server:
        result = send(bench, server, connections=2)
        assert result.books == books
        received = receivers(server)
        assert len(received) == len(set(received))
        states = bench.states()
        accepted = {reader for reader in states if states[reader] == "accepted"}
        uncertain = {reader for reader in states if states[reader] == "uncertain"}
        assert accepted <= set(received) <= accepted | uncertain

        bench.clock.advance(hours=1)
        result = send(bench, server)
        assert result.outcome is Outcome.DONE
        assert (result.books.deferred, result.books.to_do) == (0, 0)
        assert len(receivers(server)) == len(set(receivers(server)))


@pytest.mark.parametrize(
    ("stage", "text"),
    [
        ("MAIL", "550 5.7.1 not from here"),
        ("MAIL", "451 4.7.1 not now"),
        ("EHLO", "550 no"),
        ("RCPT", "550 5.7.26 no"),
        ("dot", "550 5.7.28 too much"),
        ("connect", "554 no"),
    ],
)
def test_what_is_about_us_pauses_and_rejects_nobody(bench: Bench, stage: Stage, text: str) -> None:
    bench.publish(12)
    refusing = either(at(stage, say(text)), at("HELO", say(text)))
    with RecordingServer(misbehave=refusing) as server:
        result = send(bench, server)
        assert result.outcome is Outcome.PAUSED
        assert text[:3] in result.reason
        assert (result.books.rejected, result.books.accepted, result.books.uncertain) == (0, 0, 0)
        server.misbehave = behave
        bench.resume()
        assert send(bench, server).books == Books(audience=12, accepted=12)
        assert len(server.received) == 12


def test_a_login_that_no_longer_works_pauses(bench: Bench) -> None:
    bench.publish(3)
    with RecordingServer(login=("digest", "right")) as server:
        mail = MailSettings(host=server.host, port=server.port, tls="none", username="digest", timeout=5)
        result = bench.send(transport=SmtpTransport(mail, "wrong"))
        assert result.outcome is Outcome.PAUSED
        assert "535" in result.reason
        bench.resume()
        assert bench.send(transport=SmtpTransport(mail, "right")).books == Books(audience=3, accepted=3)


def test_a_bulk_refusal_behind_the_body_takes_the_mark_back(bench: Bench) -> None:
    bench.publish(5)
    with RecordingServer(misbehave=refuse_bulk()) as server:
        result = send(bench, server, connections=1)
        assert result.books == Books(audience=5, deferred=1, to_do=4)
        server.misbehave = behave
        bench.resume()
        assert send(bench, server).outcome is Outcome.DONE


def test_refusals_before_the_mark_count_as_attempts_for_the_next_delay(bench: Bench) -> None:
    (reader,) = bench.publish(1)
    with RecordingServer(misbehave=at("DATA", say("451 later"), first=1)) as server:
        assert send(bench, server).next_due == bench.clock() + timedelta(minutes=5)
        bench.clock.advance(minutes=5)
        server.misbehave = greylist(first=9)
        assert send(bench, server).next_due == bench.clock() + timedelta(minutes=15)
        assert bench.row(reader).detail == "4.7.1 greylisted, try again later"
