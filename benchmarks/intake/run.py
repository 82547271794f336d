"""Measure how ten thousand articles come in from a CMS, and what a second reading costs.

`.venv/bin/python -m benchmarks.intake.run` plays two papers on this machine, each in a process of its own,
and prints a table; paste it into benchmarks/intake/README.md with its date. The bare figure beside ours
fetches the very same pages and parses their JSON, and does nothing else. Ratios are what counts, since
machines differ.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from digest.config import CollectSettings
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.snworks import SnworksSource
from digest.ingest.wordpress import WordpressSource
from digest.ports import Reading, Source, SourceMemory, Validators
from tests.ingest.intake import Site, home
from tests.newspapers.snworks import SnworksPaper
from tests.newspapers.stories import NOW, SECTIONS, Newsroom, newsroom
from tests.newspapers.wordpress import WordpressPaper

ARTICLES = 10_000
PARAGRAPHS = 10
PAPERS: dict[str, Callable[[Newsroom], Any]] = {"WordPress": WordpressPaper, "SNworks": SnworksPaper}


class CountingFetcher(Fetcher):
    """Fetch, and count what that took."""

    def __init__(self, port: int) -> None:
        settings = CollectSettings(timeout=60, max_bytes=50_000_000)
        super().__init__(settings, (f"paper.example:{port}",), resolve=home)
        self.asked: list[tuple[str, bool]] = []
        self.bytes = 0

    def get(self, url: str, *, validators: Validators | None = None, accept: str = "*/*") -> Fetched:
        """Fetch a document."""
        self.asked.append((url, validators is not None))
        fetched = super().get(url, validators=validators, accept=accept)
        self.bytes += len(fetched.body)
        return fetched


def play(cms: str, pipe: Connection) -> None:
    """Serve a paper until the other side hangs up."""
    site = Site()
    site.answer = PAPERS[cms](newsroom(ARTICLES, paragraphs=PARAGRAPHS)).answer
    pipe.send(site.port)
    pipe.recv()
    site.close()


@contextmanager
def played(cms: str) -> Iterator[int]:
    """Play a paper in a process of its own; gives the port where it answers."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=play, args=(cms, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def source_of(cms: str, port: int, fetcher: Fetcher) -> Source:
    """Return the source that reads a paper."""
    url = f"http://paper.example:{port}"
    if cms == "SNworks":
        return SnworksSource(
            "paper", url, fetcher, sections=tuple(SECTIONS), max_articles=ARTICLES, clock=lambda: NOW
        )
    return WordpressSource("paper", url, fetcher, max_articles=ARTICLES, clock=lambda: NOW)


def fetch_bare(port: int, urls: list[str]) -> float:
    """Return how many seconds it takes to fetch pages and to parse their JSON."""
    fetcher = CountingFetcher(port)
    start = time.perf_counter()
    for url in urls:
        body = fetcher.get(url).body
        if ".json" in url or "/wp-json/" in url:
            json.loads(body)
    return time.perf_counter() - start


def peak() -> float:
    """Return the most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(source: Source, fetcher: CountingFetcher, memory: SourceMemory) -> tuple[Reading, float, str]:
    """Read once; return what came, how many seconds it took, and what was asked."""
    fetcher.asked, fetcher.bytes = [], 0
    start = time.perf_counter()
    reading = source.read(memory)
    seconds = time.perf_counter() - start
    conditional = sum(asked for _, asked in fetcher.asked)
    return reading, seconds, f"{len(fetcher.asked)} | {conditional} | {fetcher.bytes / 1e6:,.1f} MB"


def measure(cms: str) -> None:
    """Read a paper three times, and print a row for each."""
    with played(cms) as port:
        fetcher = CountingFetcher(port)
        source = source_of(cms, port, fetcher)
        before = peak()
        reading, seconds, asked = read(source, fetcher, SourceMemory())
        grown = peak() - before
        assert len(reading.articles) == ARTICLES
        assert reading.troubles == ()
        bare = fetch_bare(port, [url for url, _ in fetcher.asked])
        memory = reading.memory
        print(
            f"| {cms}, first | {ARTICLES:,} | {asked} | {seconds:.1f} s | {bare:.1f} s | "
            f"{seconds / bare:.1f} | {grown:.0f} MB |",
            flush=True,
        )
        for name in ("second", "third"):
            reading, seconds, asked = read(source, fetcher, memory)
            memory = reading.memory
            print(
                f"| {cms}, {name} | {len(reading.articles)} | {asked} | {seconds:.2f} s | | | |", flush=True
            )


def main() -> int:
    """Print the table."""
    print("| Reading | Articles | Requests | Conditional | Came | Ours | Bare | Ratio | Memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    # A process of its own for each, so that the memory of one is not the peak of the other.
    for cms in PAPERS:
        child = multiprocessing.get_context("spawn").Process(target=measure, args=(cms,))
        child.start()
        child.join()
        if child.exitcode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
