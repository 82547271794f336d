"""Logging: one event a line, whatever strangers write into it; and where shipped files are found."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from digest import resources
from digest.errors import DigestError
from digest.log import fields, one_line, set_up_logging


def test_hostile_text_stays_on_its_line() -> None:
    hostile = "550 no\r\nFAKE accepted \x1b[2J \u2028 end"
    assert not set(one_line(hostile)) & set("\r\n\x1b\u2028")
    assert len(one_line("x" * 9999)) == 300
    assert fields(code=550, text="a\nb") == "code=550 text=a b"


@pytest.mark.parametrize(("verbose", "level"), [(0, logging.WARNING), (1, logging.INFO), (9, logging.DEBUG)])
def test_more_is_said_when_asked(verbose: int, level: int) -> None:
    logger = logging.getLogger("digest")
    before = (list(logger.handlers), logger.level, logger.propagate)
    try:
        set_up_logging(verbose=verbose)
        set_up_logging(verbose=verbose)
        assert logger.level == level
        assert len(logger.handlers) == 1
    finally:
        logger.handlers[:], logger.propagate = before[0], before[2]
        logger.setLevel(before[1])


def test_a_damaged_installation_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (resources.find_shipped("templates") / "edition").is_dir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "digest")
    with pytest.raises(DigestError, match="install"):
        resources.find_shipped("templates")
