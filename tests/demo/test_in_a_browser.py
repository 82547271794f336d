"""The edition as a real browser lays it out: phone to desk, day and night, with and without its style sheet."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.demo.morning import play

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--hide-scrollbars",
    "--virtual-time-budget=15000",
    "--window-size=1000,1200",
]
WRAPPER = """<!DOCTYPE html><meta charset="utf-8"><body><script>
const found = [], widths = [320, 375, 800];
for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.onload = () => {
    const page = frame.contentDocument;
    found.push({
      width, mode: page.compatMode,
      beyond: page.documentElement.scrollWidth - width,
      broken: [...page.images].filter(i => !i.naturalWidth || !i.alt).length,
      pictures: page.images.length,
      small: [...page.querySelectorAll("td,p,a,span,h1,h2,h3")].filter(
        e => e.innerText.trim() && e.offsetHeight > 2 && parseFloat(page.defaultView.getComputedStyle(e).fontSize) < 12
      ).length,
    });
    if (found.length === widths.length) document.body.innerText = JSON.stringify(found);
  };
  frame.src = "PAGE";
  document.body.append(frame);
}
</script>"""
Measure = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt install chromium")
    return play(tmp_path_factory.mktemp("browser"), say=lambda _: None).html


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    def look(page: Path, *more: str) -> list[dict[str, Any]]:
        wrapper = page.parent / f"wrapper-{page.name}"
        wrapper.write_text(WRAPPER.replace("PAGE", page.name), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - a browser on our own page
            [
                str(CHROMIUM),
                *FLAGS,
                *more,
                f"--user-data-dir={tmp_path / 'profile'}",
                "--dump-dom",
                wrapper.as_uri(),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=90,
        )
        body = re.search(r"<body>(\[.*?\])</body>", done.stdout, re.DOTALL)
        assert body, done.stdout[:500]
        found: list[dict[str, Any]] = json.loads(html.unescape(body.group(1)))
        return found

    return look


def _assert_sound(found: list[dict[str, Any]]) -> None:
    assert {view["width"] for view in found} == {320, 375, 800}
    for view in found:
        assert view["mode"] == "CSS1Compat", "the doctype was lost"
        assert view["beyond"] <= 0, f"scrolls sideways at {view['width']} px"
        assert (view["broken"], view["small"]) == (0, 0), view
        assert view["pictures"] > 0


@pytest.mark.parametrize(
    "scheme", ["--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"]
)
def test_the_edition_fits_every_width_by_day_and_by_night(
    edition: Path, measure: Measure, scheme: str
) -> None:
    _assert_sound(measure(edition, scheme))


def test_the_edition_fits_without_its_style_sheet(edition: Path, measure: Measure) -> None:
    bare = edition.with_name("bare.html")
    source = edition.read_text(encoding="utf-8")
    assert "<style" in source
    bare.write_text(re.sub(r"<style.*?</style>", "", source, flags=re.DOTALL), encoding="utf-8")
    _assert_sound(measure(bare))
