"""The digest.toml that `digest init` writes holds what was found, and can always be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from digest import config
from digest.cli.settings_file import fill_in, fill_in_site
from digest.errors import UsageError
from digest.model.site import FoundSite, FoundSource
from digest.resources import find_shipped

EXAMPLE = (find_shipped("config") / "digest.example.toml").read_text(encoding="utf-8")
SITE = FoundSite(
    url="https://paper.example",
    cms="SNworks",
    name='The "Harbor" Light',
    tagline="News of the \\ quay",
    language="en",
    timezone="America/New_York",
    colour="#123456",
    sections=("News", "Arts & Life"),
    sources=(
        FoundSource(
            kind="snworks", url="https://paper.example", sections=("news", "arts"), why="It says so."
        ),
        FoundSource(kind="feed", url="https://paper.example/feed.xml", alternate=True, why="A feed."),
        FoundSource(kind="feed", url="https://paper.example/rss.xml", alternate=True, why="Another."),
        FoundSource(kind="ghost", url="https://paper.example", key="0123abc", why="A second CMS."),
    ),
    found=("the name stands in its masthead",),
    missing=("no time zone; write it into [paper]",),
)


def _read(text: str, folder: Path) -> config.Settings:
    (folder / "digest.toml").write_text(text, encoding="utf-8")
    return config.load(folder, {})


def test_everything_that_was_found_is_filled_in(tmp_path: Path) -> None:
    text = fill_in_site(EXAMPLE, SITE, allow_hosts=["paper.example:8080"])
    settings = _read(text, tmp_path)
    paper = settings.paper
    assert (paper.name, paper.url, paper.tagline) == (SITE.name, SITE.url, SITE.tagline)
    assert (paper.language, paper.timezone, paper.colour) == ("en", "America/New_York", "#123456")
    assert settings.newsletters[0].sections == SITE.sections
    assert [(one.name, one.kind, one.sections, one.key) for one in settings.sources] == [
        ("paper", "snworks", ("news", "arts"), ""),
        ("paper-2", "ghost", (), "0123abc"),
    ]
    assert settings.sources[0].allow_hosts == ("paper.example:8080",)
    for line in (*SITE.found, *SITE.missing, "It says so.", "A feed. Not read unless"):
        assert f"# {line}" in text


def test_an_alternate_is_read_once_its_marks_are_taken_away(tmp_path: Path) -> None:
    text = fill_in_site(EXAMPLE, SITE)
    begin = text.index("# A feed.")
    opened = re.sub(r"^# (\[\[|name|kind|url)", r"\1", text[begin:], flags=re.MULTILINE)
    names = [source.name for source in _read(text[:begin] + opened, tmp_path).sources]
    assert sorted(names) == ["feed", "feed-2", "paper", "paper-2"]


def test_what_was_not_found_keeps_its_default_in_sight(tmp_path: Path) -> None:
    text = fill_in_site(EXAMPLE, FoundSite(url="https://paper.example"))
    assert '# timezone = "UTC"' in text
    assert _read(text, tmp_path).sources == ()


def test_a_key_that_the_example_lacks_is_named() -> None:
    with pytest.raises(UsageError, match=r"paper\.anthem"):
        fill_in(EXAMPLE, "paper", "anthem", "x")


def test_no_sentence_of_a_hostile_site_becomes_a_setting(tmp_path: Path) -> None:
    evil = 'a feed\n[[sources]]\nname = "evil"\nkind = "feed"\nurl = "https://evil.example"'
    source = FoundSource(kind="feed", url="https://paper.example/feed", why=evil, alternate=True)
    site = FoundSite(url="https://paper.example", found=(evil,), missing=(evil,), sources=(source,))
    assert _read(fill_in_site(EXAMPLE, site), tmp_path).sources == ()


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
def test_no_name_can_break_the_file(name: str) -> None:
    text = fill_in_site(EXAMPLE, FoundSite(url="https://paper.example", name=name, sections=(name,)))
    assert tomllib.loads(text)["paper"]["name"] == name
    assert tomllib.loads(text)["newsletters"][0]["sections"] == [name]
