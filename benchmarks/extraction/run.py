"""Measure how article pages are read, beside trafilatura, on pages other people annotated, in one run.

`python benchmarks/extraction/run.py` prints the tables of README.md. The corpora are other people's pages and
lie beside the checkout; without them nothing is measured.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import trafilatura

from digest.errors import ArticleUnreadable
from digest.ingest.htmltree import parse_page
from digest.ingest.page import read_page
from digest.ingest.pagemeta import read_meta
from digest.ingest.plain import tidy

DATA = Path(__file__).parents[3] / "shared" / "data"
HALVES = ("all", "even", "odd")


def trafilatura_text(**settings: Any) -> Callable[[bytes, str], str]:
    """Return trafilatura under some of its settings."""
    return lambda raw, url: trafilatura.extract(raw, url=url, include_comments=False, **settings) or ""


def our_text(raw: bytes, url: str) -> str:
    """Return the body as `read_page` ships it, heads included."""
    try:
        article = read_page(raw, source="benchmark", guid=url, url=url)
    except ArticleUnreadable:
        return ""
    lines = (line for part in article.body for line in (part.heading or "", *part.paragraphs))
    return " ".join((article.subhead, *lines))


READERS: dict[str, Callable[[bytes, str], str]] = {
    "ours": our_text,
    "trafilatura": trafilatura_text(),
    "trafilatura, precision": trafilatura_text(favor_precision=True),
    "trafilatura, recall": trafilatura_text(favor_recall=True),
}


def flat(text: str) -> str:
    """Return one line in which letters that look the same are the same."""
    return unicodedata.normalize("NFC", tidy(text))


@dataclass(slots=True)
class Score:
    """Snippets found and missed, by number and by the words they have, and how long it took."""

    found: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def count(self, said: str, expected: dict[str, Any]) -> list[str]:
        """Look for a page's snippets in what a reader says; return what went wrong."""
        wrong = []
        for kind, is_body in (("with", True), ("without", False)):
            for snippet in map(flat, expected[kind]):
                outcome = (
                    ("right" if is_body else "wrong") if snippet in said else "missed" if is_body else ""
                )
                self.found[outcome] += 1
                self.words[outcome] += len(snippet.split())
                if outcome in {"wrong", "missed"}:
                    wrong.append(f"{outcome}: {snippet}")
        through = [
            snippet for snippet in map(flat, expected.get("comments", [])) if snippet and snippet in said
        ]
        self.found["comments"] += len(through)
        self.found["pages with comments"] += bool(through)
        return [*wrong, *(f"comment: {snippet}" for snippet in through)]


def measures(counts: Counter[str]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of what is right, wrong and missed."""
    right, wrong, missed = counts["right"], counts["wrong"], counts["missed"]
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
    )


def milliseconds(times: list[float]) -> str:
    """Return median and mean, as two cells of a table."""
    return f"{statistics.median(times) * 1000:.0f} ms | {statistics.mean(times) * 1000:.0f} ms"


def in_half(name: str, half: str) -> bool:
    """Say whether a file belongs to a half of the pages, by the hash of its name."""
    odd = hashlib.sha256(name.encode()).digest()[0] % 2
    return half == "all" or odd == (half == "odd")


def measure_bodies(folder: Path, half: str, *, explain: bool) -> None:
    """Print how well bodies are found: other people's snippets that must and must not stand in them."""
    annotated = json.loads((folder / "evaldata-kept.json").read_text(encoding="utf-8"))
    scores = {name: Score() for name in READERS}
    pages = 0
    for url, expected in sorted(annotated.items()):
        if not in_half(expected["file"], half):
            continue
        raw = gzip.decompress((folder / "html" / f"{expected['file']}.gz").read_bytes())
        pages += 1
        if pages == 1:  # what is imported late is no page's cost
            for read in READERS.values():
                read(raw, url)
        for name, read in READERS.items():
            start = time.perf_counter()
            text = read(raw, url)
            scores[name].times.append(time.perf_counter() - start)
            wrong = scores[name].count(flat(text), expected)
            if explain and name == "ours" and wrong:
                print(expected["file"], *wrong, sep="\n    ")
    print(f"\nBodies, {pages} pages ({half})\n")
    print("| Reader | Precision | Recall | F1 | F1 by words | Comments let through | Median | Mean |")
    print("|---|---|---|---|---|---|---|---|")
    for name, score in scores.items():
        precision, recall, f1 = measures(score.found)
        through = f"{score.found['comments']} on {score.found['pages with comments']} pages"
        print(
            f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {measures(score.words)[2]:.3f} | "
            f"{through} | {milliseconds(score.times)} |"
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader says of a page."""

    headline: str
    authors: tuple[str, ...]
    day: date | None
    image: str


def our_meta(raw: bytes, url: str) -> Said:
    """Return what `read_meta` says."""
    meta = read_meta(parse_page(raw), url=url)
    return Said(meta.headline, meta.authors, as_day(meta.published_at), next(iter(meta.pictures), ""))


def their_meta(raw: bytes, url: str) -> Said:
    """Return what trafilatura (and htmldate with it) says."""
    meta = trafilatura.extract_metadata(raw, default_url=url)
    authors = tuple(name.strip() for name in (meta.author or "").split(";") if name.strip())
    return Said(
        meta.title or "", authors, date.fromisoformat(meta.date) if meta.date else None, meta.image or ""
    )


METAS: dict[str, Callable[[bytes, str], Said]] = {"ours": our_meta, "trafilatura": their_meta}


def as_day(moment: datetime | date | None) -> date | None:
    """Return the day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def bare(text: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def people(names: Iterable[str]) -> set[str]:
    """Return the names in lines such as "A, B and C", so that both readers' and the corpus's compare."""
    parts = [part for name in names for part in name.replace(" and ", ",").replace(" & ", ",").split(",")]
    return {bare(part) for part in parts if bare(part)}


def count_meta(counts: Counter[str], said: Said, gold: dict[str, Any]) -> list[str]:
    """Compare what is said with what is known; return what went wrong."""
    wrong = []
    if gold["title"]:
        known = tidy(gold["title"])
        counts["titles"] += 1
        counts["exact"] += tidy(said.headline) == known
        counts["alike"] += bare(said.headline) == bare(known)
        if tidy(said.headline) != known:
            wrong.append(f"title: {said.headline!r} for {known!r}")
    if gold["author"]:
        names, found = people([gold["author"]]), people(said.authors)
        counts["right"] += len(names & found)
        counts["wrong"] += len(found - names)
        counts["missed"] += len(names - found)
        if names != found:
            wrong.append(f"authors: {said.authors} for {gold['author']!r}")
    if gold["date"]:
        day = date.fromisoformat(gold["date"][:10])
        near = said.day is not None and abs(said.day - day) <= timedelta(days=1)
        counts["dates"] += 1
        counts["dates missing"] += said.day is None
        counts["dates right"] += near
        counts["dates wrong"] += said.day is not None and not near
        if not near:
            wrong.append(f"date: {said.day} for {day}")
    if gold["image"]:
        counts["images"] += 1
        counts["images right"] += said.image.strip() == gold["image"].strip()
        if said.image.strip() != gold["image"].strip():
            wrong.append(f"image: {said.image} for {gold['image']}")
    return wrong


def measure_metadata(folder: Path, half: str, *, explain: bool) -> None:
    """Print how well headline, authors, date and picture are found."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in METAS}
    times: dict[str, list[float]] = {name: [] for name in METAS}
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if not in_half(Path(gold["file"]).name, half):
            continue
        raw = gzip.decompress((folder / gold["file"]).read_bytes())
        for name, read in METAS.items():
            start = time.perf_counter()
            said = read(raw, gold["url"] or "")
            times[name].append(time.perf_counter() - start)
            wrong = count_meta(counts[name], said, gold)
            if explain and name == "ours" and wrong:
                print(gold["file"], *wrong, sep="\n    ")
    print(f"\nMetadata, {len(times['ours'])} pages ({half})\n")
    print(
        "| Reader | Headline exact | its letters | Author F1 | Dates right | wrong | missing | Image | "
        "Median | Mean |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, of in counts.items():
        print(
            f"| {name} | {of['exact']}/{of['titles']} | {of['alike']}/{of['titles']} | "
            f"{measures(of)[2]:.3f} | {of['dates right']}/{of['dates']} | {of['dates wrong']} | "
            f"{of['dates missing']} | {of['images right']}/{of['images']} | {milliseconds(times[name])} |"
        )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure how article pages are read, beside trafilatura.")
    parser.add_argument("--data", type=Path, default=DATA, help="where the two corpora lie")
    parser.add_argument("--half", choices=HALVES, default="all", help="by the hash of the file's name")
    parser.add_argument("--explain", action="store_true", help="name what ours gets wrong")
    parser.add_argument("--only", choices=("bodies", "metadata"), help="one of the two tables")
    asked = parser.parse_args()
    for name, measure in (("bodies", measure_bodies), ("metadata", measure_metadata)):
        folder = asked.data / {"bodies": "extraction-traf", "metadata": "metadata-postlight"}[name]
        if asked.only not in {None, name}:
            continue
        if not folder.is_dir():
            print(f"Nothing is measured for {name}: {folder} is not here; name its parent with --data.")
            continue
        measure(folder, asked.half, explain=asked.explain)
    return 0


if __name__ == "__main__":
    sys.exit(main())
