"""Fixtures of the intake tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ingest.intake import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve whatever the test says, on this machine."""
    site = Site()
    yield site
    site.close()
