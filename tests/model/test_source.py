"""How a source stands, in one word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from digest.model.source import SourceHealth, Standing
from digest.testing.factories import MORNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.NEVER),
        ({"last_error": "no such host"}, Standing.FAILING),
        ({"last_success": MORNING - HOUR}, Standing.WELL),
        ({"last_success": MORNING - HOUR, "last_error": "503"}, Standing.WELL),
        ({"last_success": MORNING - 7 * HOUR, "last_error": "503"}, Standing.FAILING),
        ({"last_success": MORNING - 7 * HOUR}, Standing.WELL),
        ({"last_success": MORNING - HOUR, "rests_until": MORNING + HOUR}, Standing.RESTING),
        ({"last_success": MORNING - HOUR, "rests_until": MORNING}, Standing.WELL),
        ({"last_success": MORNING, "last_new": MORNING - 2 * DAY, "per_day": 9.0}, Standing.WELL),
        ({"last_success": MORNING, "last_new": MORNING - 4 * DAY, "per_day": 9.0}, Standing.STALE),
        ({"last_success": MORNING, "last_new": MORNING - 4 * DAY}, Standing.STALE),
        ({"last_success": MORNING, "last_new": MORNING - 8 * DAY, "per_day": 0.2}, Standing.WELL),
        ({"last_success": MORNING, "last_new": MORNING - 21 * DAY, "per_day": 0.2}, Standing.STALE),
    ],
)
def test_a_source_stands_in_one_word(changes: dict[str, Any], standing: Standing) -> None:
    assert SourceHealth(name="paper", **changes).standing(MORNING) is standing
