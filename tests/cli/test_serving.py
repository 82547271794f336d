"""`digest serve` and `digest preview`: real processes, real pages, and a clean end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.testing.smtp import RecordingServer
from tests.cli.command_line import Digest


@contextmanager
def _running(paper: Path, *words: str, says: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command in the background; yields it and the address it says it serves."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "digest", *words],
        cwd=paper,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(says, line)
        assert found, line + process.stdout.read()
        yield process, found.group(1)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)
        process.stdout.close()


def _get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _post(address: str, **fields: str) -> tuple[int, str]:
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(address, data=body, timeout=20) as answer:  # noqa: S310 - loopback
        return answer.status, answer.read().decode()


def _fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))


def test_a_reader_comes_and_goes_through_the_pages(
    paper: Path, server: RecordingServer, digest: Digest
) -> None:
    with _running(paper, "serve", "--pages-only", says=r"on (127\.0\.0\.1:\d+)") as (process, where):
        base = f"http://{where}"
        status, form = _get(f"{base}/subscribe")
        assert status == 200
        status, _ = _post(f"{base}/subscribe", email="ana@example.org", **_fields(form))
        assert status == 200
        assert "ana@example.org" not in digest("subscribers", "list", "--status", "confirmed").out
        letter = server.wait_for(1)[0]
        body = message_from_bytes(letter.content, policy=policy.default).get_body(("plain",))
        assert body is not None
        link = re.search(r"https://news\.paper\.example(/confirm/\S+)", body.get_content())
        assert link
        for _ in range(3):
            assert _get(base + link.group(1))[0] == 200
        assert "pending" in digest("subscribers", "list").out, "looking at the link changes nothing"
        assert _post(base + link.group(1))[0] == 200
        assert "confirmed" in digest("subscribers", "list").out
        assert digest("run").code == 0
        letters = server.wait_for(3)
        edition = next(one for one in letters if b"List-Unsubscribe-Post" in one.content)
        leave = re.search(rb"<https://news\.paper\.example(/unsubscribe/[a-z2-7]+)>", edition.content)
        assert leave
        path = leave.group(1).decode()
        assert _get(base + path)[0] == 200
        assert "confirmed" in digest("subscribers", "list").out
        assert _post(base + path, **{"List-Unsubscribe": "One-Click"})[0] == 200
        assert "unsubscribed" in digest("subscribers", "list").out
        assert _get(f"{base}/latest")[0] == 200
        assert _get(f"{base}/healthz")[0] == 200
        assert _get(f"{base}/no-such-page")[0] == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in {0, -signal.SIGTERM}


def test_the_whole_service_starts_ticks_and_ends_on_a_signal(paper: Path) -> None:
    with _running(paper, "serve", says=r"on (127\.0\.0\.1:\d+)") as (process, where):
        assert _get(f"http://{where}/healthz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in {0, -signal.SIGTERM}


def test_the_preview_is_served_on_this_machine_only(paper: Path, digest: Digest) -> None:
    digest("collect")
    with _running(paper, "preview", "--no-browser", says=r"(http://127\.0\.0\.1:\d+/)") as (_, address):
        status, page = _get(address)
        assert status == 200
        assert "The Harbor Light" in page
        foreign = urllib.request.Request(address, headers={"Host": "evil.example"})  # noqa: S310 - loopback
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(foreign, timeout=20)  # noqa: S310 - loopback
        refused.value.close()
        assert refused.value.code in {400, 403, 421}


def test_a_port_that_is_taken_is_named(paper: Path, digest: Digest, server: RecordingServer) -> None:
    del paper
    result = digest("preview", "--no-browser", "--port", server.port)
    assert (result.code, "another port" in result.err) == (1, True)
