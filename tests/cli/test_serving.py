"""`digest serve` and `digest preview`: real processes, real pages, and a clean end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.testing.smtp import RecordingServer
from tests.cli.command_line import Digest


@contextmanager
def _running(
    paper: Path, *words: str, says: str, files: str = ""
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command in the background; yields it and the address it says it serves."""
    limited = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh"] if files else []
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*limited, sys.executable, "-m", "digest", *words],
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


def test_more_half_sent_requests_than_it_may_open_files_do_not_take_the_service_down(paper: Path) -> None:
    with (
        _running(paper, "serve", "--pages-only", says=r"on (127\.0\.0\.1:\d+)", files="128") as (
            process,
            where,
        ),
        ExitStack() as lines,
    ):
        host, port = where.split(":")
        for _ in range(300):
            line = lines.enter_context(socket.create_connection((host, int(port)), timeout=20))
            line.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert _get(f"http://{where}/healthz")[0] == 200
        assert _get(f"http://{where}/subscribe")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in {0, -signal.SIGTERM}


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


def test_a_signal_lets_the_service_finish_its_open_letters_and_give_the_rest_back(
    paper: Path, server: RecordingServer, digest: Digest
) -> None:
    for number in range(60):
        digest("subscribers", "add", f"r{number}@example.org", "--confirmed", "told me")
    settings = paper / "digest.toml"
    settings.write_text(
        settings.read_text().replace(
            "[[newsletters]]", '[[newsletters]]\nsend_at = "00:00"\ncatch_up_hours = 24'
        )
    )
    with _running(paper, "serve", says=r"on (127\.0\.0\.1:\d+)") as (process, _):
        server.wait_for(5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    (status,) = digest("status", "--json").objects()
    assert status["balance"]
    assert status["books"]["uncertain"] == 0
    assert status["books"]["accepted"] == len(server.received)
    assert digest("send").code == 0
    assert len({letter.rcpt_to for letter in server.received}) == len(server.received) == 60
