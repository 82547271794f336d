"""A mail server that is a folder: each message becomes a file in a Maildir, for trying out.

Any mail program opens the folder, or a single file: https://cr.yp.to/proto/maildir.html
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

from digest.deliver.wire import check_path, read_text
from digest.errors import ServerUnavailable
from digest.model.delivery import Envelope, Reply, Stage
from digest.ports import Line, MarkFirst

_UNSAFE = re.compile(r"[^A-Za-z0-9@+_.-]+")


class MaildirTransport:
    """Open lines into the Maildir `folder`, which is made if need be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        """Make the folder; raises `ServerUnavailable` when that cannot be done."""
        try:
            for name in ("tmp", "new", "cur"):
                (self._folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerUnavailable(
                f"no mail can be put into {self._folder} ({error}); choose another folder"
            ) from error
        yield self

    async def hand_over(self, envelope: Envelope, message: bytes, *, mark: MarkFirst) -> Reply | None:
        """Write one message: whole or not at all, and on disk before the 250."""
        check_path(envelope.mail_from, may_be_empty=True)
        reader = check_path(envelope.rcpt_to)
        if not mark():
            return None
        # The same message twice gives two files: a try-out shows what readers would get.
        digest = hashlib.sha256(message).hexdigest()[:12]
        name = f"{_UNSAFE.sub('_', reader)[:100]}.{digest}.{os.getpid()}_{next(self._numbers)}.eml"
        try:
            _write(self._folder / "tmp" / name, message)
            (self._folder / "tmp" / name).rename(self._folder / "new" / name)
            _keep(self._folder / "new")
        except OSError as error:
            return Reply(code=451, text=read_text(f"{self._folder}: {error}"))
        return Reply(code=250, text=f"kept as {name}", stage=Stage.BODY)


def _write(path: Path, message: bytes) -> None:
    with path.open("wb") as file:
        file.write(message)
        file.flush()
        os.fsync(file.fileno())


def _keep(folder: Path) -> None:
    """Make a rename in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
