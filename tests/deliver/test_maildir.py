"""A mail server that is a folder."""

import asyncio
import mailbox
from pathlib import Path

import pytest

from digest.deliver.maildir import MaildirTransport
from digest.errors import AddressRefused, ServerUnavailable
from digest.model.delivery import Envelope, Reply


def hand_over(folder: Path, message: bytes, *readers: str, mark: bool = True) -> list[Reply | None]:
    async def converse() -> list[Reply | None]:
        async with MaildirTransport(folder).open() as line:
            return [
                await line.hand_over(Envelope(mail_from="", rcpt_to=reader), message, mark=lambda: mark)
                for reader in readers
            ]

    return asyncio.run(converse())


def test_each_message_becomes_a_file_that_mail_programs_read(tmp_path: Path, message: bytes) -> None:
    replies = hand_over(tmp_path / "new folder" / "mail", message, "ana@x.example", "a/b@x.example")
    assert all(reply is not None and reply.accepted for reply in replies)
    box = mailbox.Maildir(tmp_path / "new folder" / "mail", create=False)
    assert [letter["Subject"] for letter in box] == ["Good morning"] * 2
    names = sorted(path.name for path in (tmp_path / "new folder" / "mail" / "new").iterdir())
    assert [name.split(".example.")[0] for name in names] == ["a_b@x", "ana@x"]
    assert list((tmp_path / "new folder" / "mail" / "tmp").iterdir()) == []


def test_the_bytes_are_kept_as_they_are(tmp_path: Path, message: bytes) -> None:
    hand_over(tmp_path, message, "ana@x.example")
    (file,) = (tmp_path / "new").iterdir()
    assert file.read_bytes() == message


def test_the_same_message_twice_shows_as_two(tmp_path: Path, message: bytes) -> None:
    hand_over(tmp_path, message, "ana@x.example", "ana@x.example")
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_without_a_mark_nothing_is_written(tmp_path: Path, message: bytes) -> None:
    assert hand_over(tmp_path, message, "ana@x.example", mark=False) == [None]
    assert list((tmp_path / "new").iterdir()) == []


def test_a_wicked_address_is_refused_here_as_everywhere(tmp_path: Path, message: bytes) -> None:
    with pytest.raises(AddressRefused):
        hand_over(tmp_path, message, "ana@x.example\r\nBcc: all@x.example")


def test_a_folder_that_cannot_be_made_means_unavailable(tmp_path: Path, message: bytes) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServerUnavailable, match="choose another folder"):
        hand_over(tmp_path / "file", message, "ana@x.example")


def test_a_message_that_cannot_be_written_is_deferred(tmp_path: Path, message: bytes) -> None:
    async def converse() -> Reply | None:
        async with MaildirTransport(tmp_path).open() as line:
            (tmp_path / "tmp").rmdir()
            return await line.hand_over(
                Envelope(mail_from="", rcpt_to="ana@x.example"), message, mark=lambda: True
            )

    reply = asyncio.run(converse())
    assert reply is not None
    assert reply.code == 451
