"""Signs of life: how one sender sees whether another still lives.

A held lock is a sign that no crash can leave behind: the kernel drops a file lock when its process
dies, PostgreSQL an advisory lock when its session ends. A probe that obtains the lock has found a
dead sender.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, text

from digest.errors import StorageError
from digest.storage.connection import Database, explained

PATIENCE = 2.0
"""Seconds for which a sender tries to take its sign, since a probe may hold it for a moment."""
_PAUSE = 0.02


class LifeSigns(Protocol):
    """Hold the sign of one sender, and ask for that of another."""

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Live as `owner`; raises `StorageError` if another process already does."""
        ...

    def is_gone(self, owner: str) -> bool:
        """Say whether nobody lives as `owner` any more."""
        ...


class FileSigns:
    """Locked files in a folder, for senders on one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Live as `owner`; raises `StorageError` if another process already does."""
        path = self._path(owner)
        with locked_file(path, owner, patience=PATIENCE):
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def is_gone(self, owner: str) -> bool:
        """Say whether nobody lives as `owner` any more; what a dead sender left is removed."""
        path = self._path(owner)
        try:
            sign = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(sign)

    def _path(self, owner: str) -> Path:
        return self._folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:32]}.alive"


class SessionSigns:
    """Advisory locks, each on a connection of its own, for senders on any machine."""

    _KEY = "hashtextextended(current_schema() || ' digest sender ' || :owner, 0)"
    _TAKE = text(f"SELECT pg_try_advisory_lock({_KEY})")
    _PROBE = text(f"SELECT pg_try_advisory_xact_lock({_KEY})")

    def __init__(self, database: Database, single: Engine) -> None:
        self._database = database
        self._single = single

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Live as `owner`; raises `StorageError` if another session already does."""
        with explained(), self._single.connect() as connection:
            _insist(lambda: connection.scalar(self._TAKE, {"owner": owner}) or None, owner, patience=PATIENCE)
            yield

    def is_gone(self, owner: str) -> bool:
        """Say whether nobody lives as `owner` any more."""
        with self._database.read() as connection:
            return bool(connection.scalar(self._PROBE, {"owner": owner}))


@contextmanager
def locked_file(path: Path, what: str, *, patience: float) -> Iterator[None]:
    """Hold a lock on a file, which is made if need be; raises `StorageError` after `patience` seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = _insist(lambda: _try_lock(path), what, patience=patience)
    try:
        yield
    finally:
        os.close(handle)


def _try_lock(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), path.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def _insist(attempt: Callable[[], int | None], what: str, *, patience: float) -> int:
    deadline = time.monotonic() + patience
    while (taken := attempt()) is None:
        if time.monotonic() >= deadline:
            raise StorageError(f"{what} already runs in another process; wait for it or stop it")
        time.sleep(_PAUSE)
    return taken
