"""Kill senders, at random and at every named point: nobody is missed, and nobody is mailed twice.

Short by default; `DIGEST_CAMPAIGN=1` makes it long. Everything happens on loopback.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from digest.testing.misbehaviour import Act, Moment, behave, say
from digest.workflows.send import Outcome
from tests.campaigns.campaign_bench import LONG, Campaign, Sender

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(3600 if LONG else 120)]
RANDOM_KILLS = {1: 200, 8: 200, 32: 200} if LONG else {1: 5, 8: 10, 32: 5}
SIGTERMS = 100 if LONG else 6
MIXED = 100 if LONG else 8


@pytest.mark.parametrize(("connections", "kills"), RANDOM_KILLS.items())
def test_kills_at_random_moments(
    tmp_path: Path, connections: int, kills: int, record_testsuite_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(f"kill -9 {connections}")  # noqa: S311 - a campaign that can be repeated
    doubtful, done, edition = 0, 0, 0
    while done < kills:
        edition += 1
        with Campaign(tmp_path / str(edition), readers=500, connections=connections) as campaign:
            while done < kills and campaign.sender().kill_within(chance.uniform(0.0, 0.4)):
                done += 1
                doubtful += campaign.note_kill()
                if chance.random() < 0.3:
                    campaign.unsubscribe_one(chance)
            campaign.run_to_the_end()
            counts = campaign.check()
            assert counts.get("uncertain", 0) <= campaign.kills * connections
    record_testsuite_property(f"W={connections} kills={kills} uncertain", doubtful)


WHEN = ("before", "after")
NUMBERS = (1, 2, 6, 12) if LONG else (1, 6)
POINTS = [("claim", when, 1) for when in WHEN] + [
    (call, when, number) for call in ("mark", "hand_over", "settle") for when in WHEN for number in NUMBERS
]


@pytest.mark.parametrize(("call", "when", "number"), POINTS)
def test_a_kill_at_each_call_of_the_ledger(tmp_path: Path, call: str, when: str, number: int) -> None:
    with Campaign(tmp_path, readers=12, connections=1) as campaign:
        sender = campaign.sender(fatal=(call, when, number))
        assert sender.wait() == -signal.SIGKILL
        certain = (call, when) in {
            ("claim", "before"),
            ("claim", "after"),
            ("mark", "before"),
            ("hand_over", "before"),
            ("settle", "after"),
        }
        assert campaign.note_kill() == (0 if certain else 1)
        campaign.run_to_the_end()
        assert campaign.check() == ({"accepted": 12} if certain else {"accepted": 11, "uncertain": 1})


STAGES = ["connect", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot"]


@pytest.mark.parametrize(("stage", "take"), [(stage, False) for stage in STAGES] + [("dot", True)])
def test_a_kill_while_the_server_is_at_each_stage(tmp_path: Path, stage: str, take: bool) -> None:  # noqa: FBT001 - a parameter of the test
    target: list[Sender] = []

    def strike(moment: Moment) -> Act | None:
        if moment.stage == stage and moment.times == (0 if stage in ("connect", "EHLO") else 4) and target:
            target.pop().send_signal(signal.SIGKILL)
            return Act(then="hang", take=take)
        return None

    with Campaign(tmp_path, readers=12, connections=1) as campaign:
        sender = Sender(campaign.order())
        campaign.server.misbehave = strike
        target.append(sender)
        sender.start()
        assert sender.wait() == -signal.SIGKILL
        campaign.server.misbehave = behave
        certain = stage in ("connect", "EHLO", "MAIL", "RCPT")
        assert campaign.note_kill() == (0 if certain else 1)
        campaign.run_to_the_end()
        assert campaign.check() == ({"accepted": 12} if certain else {"accepted": 11, "uncertain": 1})
        assert len(campaign.server.received) == (12 if certain or take else 11)


def test_kills_mixed_with_a_server_that_fails(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    chance = random.Random("kills and faults")  # noqa: S311 - a campaign that can be repeated
    faults = {
        "MAIL": [say("421 4.3.2 closing", then="close"), Act(then="reset")],
        "RCPT": [say("451 4.7.1 later"), say("421 busy", then="close"), Act(then="close")],
        "DATA": [say("452 4.3.1 full"), Act(then="reset")],
        "body": [Act(then="reset"), Act(read=40, then="reset")],
        "dot": [
            say("451 4.3.0 later"),
            Act(then="reset"),
            Act(then="reset", take=True),
            Act(then="close", take=True),
        ],
    }

    def fail(moment: Moment) -> Act | None:
        return (
            chance.choice(faults[moment.stage]) if moment.stage in faults and chance.random() < 0.03 else None
        )

    with Campaign(tmp_path, readers=5000 if LONG else 150, connections=8, misbehave=fail) as campaign:
        for _ in range(2 * MIXED):
            if campaign.kills == MIXED:
                break
            if not campaign.sender().kill_within(chance.uniform(0.0, 0.3)):
                campaign.ahead += timedelta(hours=4)
                continue
            campaign.note_kill()
        campaign.run_to_the_end()
        counts = campaign.check()
        assert set(counts) <= {"accepted", "uncertain"}
    record_testsuite_property(f"mixed kills={campaign.kills} uncertain", counts.get("uncertain", 0))


def test_sigterm_under_load_leaves_nobody_uncertain(tmp_path: Path) -> None:
    chance = random.Random("SIGTERM")  # noqa: S311 - a campaign that can be repeated
    done = edition = 0
    while done < SIGTERMS:
        edition += 1
        with Campaign(tmp_path / str(edition), readers=1000 if LONG else 250, connections=8) as campaign:
            outcome = Outcome.STOPPED
            while outcome is Outcome.STOPPED and done < SIGTERMS:
                sender = campaign.sender()
                sender.pipe.poll(chance.uniform(0.0, 0.25))
                sender.send_signal(signal.SIGTERM)
                # One that had finished already may still be killed while it leaves.
                result = sender.finish(codes=(0, -signal.SIGTERM))
                outcome = result.outcome
                done += outcome is Outcome.STOPPED
                assert outcome in (Outcome.STOPPED, Outcome.DONE)
                assert result.books.uncertain == 0
                assert campaign.states() <= {"accepted", "queued"}
            campaign.run_to_the_end()
            assert campaign.check() == {"accepted": campaign.readers}


@pytest.mark.parametrize("senders", [2, 4])
def test_senders_started_together_mail_nobody_twice(tmp_path: Path, senders: int) -> None:
    with Campaign(tmp_path, readers=120 if not LONG else 2000, connections=4) as campaign:
        together = [campaign.sender() for _ in range(senders)]
        for sender in together:
            sender.finish()
        campaign.run_to_the_end()
        assert campaign.check() == {"accepted": campaign.readers}


@pytest.mark.parametrize(
    ("call", "when"), [("claim", "after"), ("mark", "before"), ("mark", "after"), ("settle", "before")]
)
def test_a_sender_that_slept_past_its_lease_mails_nobody_again(tmp_path: Path, call: str, when: str) -> None:
    with Campaign(tmp_path, readers=30, connections=1) as campaign:
        sleeper = campaign.sender(fatal=(call, when, 1), signal_number=signal.SIGSTOP)
        sleeper.wait_until_stopped()
        other = campaign.sender(ahead=timedelta(hours=1)).finish()
        assert other.outcome is Outcome.DONE
        sleeper.send_signal(signal.SIGCONT)
        sleeper.finish()
        counts = campaign.check()
        # Whoever was being attempted is healed by the sleeper's own late answer.
        assert counts == {"accepted": 30}
