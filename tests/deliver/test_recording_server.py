"""The server of our tests and of the demo is itself tested."""

import smtplib
import threading
from pathlib import Path
from typing import Any

import pytest

from digest.testing.misbehaviour import HANG, at
from digest.testing.smtp import Received, RecordingServer

Talk = Any


def test_it_records_what_any_client_sends() -> None:
    with RecordingServer() as server, smtplib.SMTP(server.host, server.port) as client:
        client.sendmail("a@x.example", ["b@x.example"], b"Message-ID: <7@x>\r\n\r\nHi\r\n")
    assert server.received == (
        Received(mail_from="a@x.example", rcpt_to="b@x.example", content=b"Message-ID: <7@x>\r\n\r\nHi\r\n"),
    )
    assert server.received[0].message_id == "<7@x>"
    assert Received(mail_from="", rcpt_to="", content=b"").message_id == ""


def test_it_keeps_messages_under_the_hash_of_their_id_and_counts_copies(talk: Talk, tmp_path: Path) -> None:
    with RecordingServer(folder=tmp_path) as server:
        talk(server, 3)
    stems = {path.name.rpartition("-")[0] for path in tmp_path.iterdir()}
    assert len(stems) == 1
    assert sorted(path.name.rpartition("-")[2] for path in tmp_path.iterdir()) == ["1.eml", "2.eml", "3.eml"]


def test_it_names_files_by_recipient_for_people(talk: Talk, tmp_path: Path, message: bytes) -> None:
    with RecordingServer(folder=tmp_path, name_by="recipient") as server:
        talk(server, 2)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["reader0@x.example-1.eml", "reader1@x.example-1.eml"]
    assert (tmp_path / names[0]).read_bytes() == message


def test_a_taken_port_is_said_at_once() -> None:
    with RecordingServer() as server, pytest.raises(OSError, match="address"):
        RecordingServer(port=server.port).start()


def test_closing_it_cuts_what_hangs_and_ends_its_thread() -> None:
    server = RecordingServer(misbehave=at("MAIL", HANG)).start()
    assert any(thread.name == f"mail server {server.port}" for thread in threading.enumerate())
    client = smtplib.SMTP(server.host, server.port)
    client.ehlo()
    client.putcmd("MAIL", "FROM:<a@x.example>")
    while "MAIL" not in server.stages:
        threading.Event().wait(0.01)
    server.close()
    server.close()
    client.close()
    assert not any(thread.name == f"mail server {server.port}" for thread in threading.enumerate())


def test_a_server_with_a_login_wants_it_first() -> None:
    with RecordingServer(login=("u", "p")) as server, smtplib.SMTP(server.host, server.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
            client.sendmail("a@x.example", ["b@x.example"], b"\r\n")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("u", "wrong")
        client.login("u", "p")
        client.sendmail("a@x.example", ["b@x.example"], b"\r\n")
    assert len(server.received) == 1


def test_it_can_be_waited_for(talk: Talk) -> None:
    with RecordingServer() as server:
        talk(server, 2)
        assert len(server.wait_for(2)) == 2
        with pytest.raises(TimeoutError, match="2 of 3 messages"):
            server.wait_for(3, seconds=0.05)
