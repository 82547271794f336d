"""One way to talk to a server, for all tests of this room."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from digest.config import MailSettings
from digest.deliver.smtp import SmtpTransport
from digest.model.delivery import Envelope, Reply
from digest.ports import MarkFirst
from digest.testing.smtp import RecordingServer

MESSAGE = b"Message-ID: <1@paper.example>\r\nSubject: Good morning\r\n\r\n.hidden\r\n..\r\nBye.\r\n"

Talk = Callable[..., list[Reply | None]]


@pytest.fixture
def message() -> bytes:
    return MESSAGE


@pytest.fixture
def talk() -> Talk:
    """Open one line, hand over letters to reader0@, reader1@ …, and return the replies."""

    def run(
        server: RecordingServer,
        letters: int = 1,
        *,
        mark: MarkFirst = lambda: True,
        message: bytes = MESSAGE,
        password: str = "",
        **mail: Any,
    ) -> list[Reply | None]:
        values: dict[str, Any] = {"tls": "none", "timeout": 5, "data_timeout": 5} | mail
        transport = SmtpTransport(MailSettings(host=server.host, port=server.port, **values), password)

        async def converse() -> list[Reply | None]:
            async with transport.open() as line:
                return [
                    await line.hand_over(
                        Envelope(mail_from="b+7@bounces.paper.example", rcpt_to=f"reader{number}@x.example"),
                        message,
                        mark=mark,
                    )
                    for number in range(letters)
                ]

        return asyncio.run(converse())

    return run
