"""What holds for every test: where CI demands it, a skipped test is a failed one."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real cases of other people, read where they lie beside the checkout and never shipped."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what was skipped under DIGEST_TEST_REQUIRE_ALL, save for cases that are not on this machine."""
    report = yield
    if not report.skipped or hasattr(report, "wasxfail") or "DIGEST_TEST_REQUIRE_ALL" not in os.environ:
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if SHARED.is_dir() or not any(word in reason for word in ("beside", "shared")):
        report.outcome = "failed"
        report.longrepr = f"skipped although everything must run: {reason}"
    return report
