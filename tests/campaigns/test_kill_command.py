"""`digest send` itself, killed again and again while it mails 500 readers."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest import config
from digest.model.delivery import DeliveryState
from digest.newsroom import open_newsroom
from digest.testing.smtp import RecordingServer

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(900)]
READERS = 500
KILLS = 100 if os.environ.get("DIGEST_CAMPAIGN") else 20
LINES = 4


def _write_paper(folder: Path, port: int) -> None:
    (folder / "articles").mkdir()
    (folder / "articles" / "bridge.md").write_text(
        f"---\nheadline: The bridge reopens\npublished_at: {datetime.now(UTC).isoformat()}\n"
        "url: https://paper.example/bridge\n---\n\n"
        "The bridge reopened on Monday after nine months of repairs, the city said.\n",
        encoding="utf-8",
    )
    (folder / "digest.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nconnections = {LINES}\n'
        '[secrets]\nkey = "a secret for tests, and only for tests!"\n'
        '[[sources]]\nname = "newsroom"\nkind = "folder"\npath = "articles"\n',
        encoding="utf-8",
    )


def _digest(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "digest", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _kill_while_sending(folder: Path, server: RecordingServer, after: int) -> bool:
    """Start `digest send`, kill it once so many more letters have come; False if it was done before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "send"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server.wait_for(min(len(server.received) + after, READERS), seconds=30)
    except TimeoutError:
        assert process.poll() == 0, "it neither sent nor ended"
    done = process.poll() == 0
    process.send_signal(signal.SIGKILL)
    process.wait()
    return not done


def test_twenty_kills_mail_nobody_twice_lose_nobody_and_the_books_balance(tmp_path: Path) -> None:
    chance = random.Random(20260414)  # noqa: S311 - a repeatable campaign
    with RecordingServer() as server:
        _write_paper(tmp_path, server.port)
        with open_newsroom(config.load(tmp_path, {})) as newsroom:
            rows: list[Mapping[str | None, str | None]] = [
                {"address": f"r{number}@example.org", "status": "confirmed"} for number in range(READERS)
            ]
            newsroom.import_readers(newsroom.newsletter(), rows, consent="a campaign")
        for step in (("collect",), ("build",), ("publish",)):
            assert _digest(tmp_path, *step).returncode == 0
        kills = 0
        for _ in range(KILLS):
            kills += _kill_while_sending(tmp_path, server, chance.randint(1, max(1, READERS // KILLS - 2)))
        assert kills >= KILLS * 3 // 4
        last = _digest(tmp_path, "send", "--json")
        assert last.returncode == 0, last.stderr
        report = json.loads(last.stdout)
        copies = Counter(letter.rcpt_to for letter in server.received)
        with open_newsroom(config.load(tmp_path, {})) as newsroom:
            filed = newsroom.storage.editions.latest("daily")
            assert filed is not None
            listed = newsroom.storage.outbox.listing(filed.id, limit=READERS + 1)
            trouble = [line for line in newsroom.storage.check() if not line.startswith("SQLite ")]
    print(f"{kills} kills, {report['books']}")  # noqa: T201 - shown by pytest -s
    states = {delivery.address: delivery.state for delivery in listed}
    assert max(copies.values()) == 1, "nobody twice"
    assert report["balance"]
    assert report["books"]["audience"] == READERS
    assert report["books"]["to_do"] == report["books"]["deferred"] == 0
    assert {a for a, state in states.items() if state is DeliveryState.ACCEPTED} <= set(copies), "nobody lost"
    assert set(copies) <= {
        a for a, state in states.items() if state in {DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN}
    }
    assert report["books"]["uncertain"] <= kills * LINES
    assert trouble == []
