"""A storage in memory and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from digest.testing.factories import SIGNER, FakeClock
from digest.testing.memory import MemoryStorage


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    store = MemoryStorage(address_key=SIGNER.address_key)
    yield store
    store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
