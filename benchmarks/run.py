"""Measure what the design counts on, each beside what it replaces, in one run.

`make bench` prints a table; paste it into benchmarks/README.md with its date. Figures are medians of
several rounds; ratios are what counts, since machines differ.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from digest import config
from digest.model.delivery import Delivery
from digest.model.marks import Mark
from digest.model.subscriber import SubscriberStatus
from digest.render.address import MessageAddresser
from digest.render.press import EditionPress
from digest.storage.database import open_storage
from digest.testing.factories import MORNING, SIGNER, make_brief, make_edition, make_printed
from digest.testing.memory import MemoryStorage

BASE = "https://news.paper.example"
ROUNDS = 5


def median(act: Callable[[], object], *, times: int) -> float:
    """Return the median of several rounds, in microseconds for one act."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(rounds)


def show(what: str, ours: float, other: str, theirs: float) -> None:
    """Print one row of the table."""
    print(f"| {what} | {ours:,.0f} µs | {other} | {theirs:,.0f} µs | {theirs / ours:,.1f} |", flush=True)


def measure_addressing() -> None:
    """A message for one reader: bytes joined, beside a message made anew, beside a page printed anew."""
    settings = config.Settings()
    press = EditionPress(settings.paper, settings.mail, BASE)
    edition = make_edition(headlines=tuple(make_brief(number) for number in range(10, 20)))
    printed = press.print_edition(edition)
    addresser = MessageAddresser(
        printed,
        published_at=MORNING,
        signer=SIGNER,
        paper=settings.paper,
        mail=settings.mail,
        base_url=BASE,
    )
    delivery = Delivery(id=1, edition_id=1, subscriber_id=1, address="ana@example.org", name="Ana")

    def anew() -> bytes:
        message = EmailMessage()
        message["From"], message["To"] = "newsletter@paper.example", "Ana <ana@example.org>"
        message["Subject"] = printed.subject
        message.set_content(printed.text.replace(Mark.UNSUBSCRIBE, BASE))
        message.add_alternative(printed.html.replace(Mark.UNSUBSCRIBE, BASE), subtype="html")
        return message.as_bytes()

    ours = median(lambda: addresser.address(delivery), times=500)
    show("address one message", ours, "EmailMessage for each reader", median(anew, times=20))
    show(
        "address one message",
        ours,
        "print for each reader",
        median(lambda: press.print_edition(edition), times=3),
    )


def measure_ledger(folder: Path) -> None:
    """Mark and settle, durable on SQLite, beside the same rules in memory."""
    costs = []
    for storage in (
        open_storage(
            f"sqlite:///{folder / 'b.db'}", address_key=SIGNER.address_key, signs_folder=folder / "s"
        ),
        MemoryStorage(address_key=SIGNER.address_key),
    ):
        with storage.transaction():
            for number in range(1000):
                storage.subscribers.add(
                    "daily", f"r{number}@example.org", status=SubscriberStatus.CONFIRMED, now=MORNING
                )
        later = MORNING + timedelta(hours=6)
        filed = storage.editions.publish(make_edition(), make_printed(), now=MORNING, expires_at=later)
        storage.outbox.fill(filed.id, now=MORNING)
        with storage.outbox.enlist("bench"):
            claimed = storage.outbox.claim(
                filed.id, owner="bench", limit=1000, now=MORNING, lease_until=later
            )
            start = time.perf_counter()
            for delivery in claimed:
                storage.outbox.mark(delivery.id, owner="bench", now=MORNING, lease_until=later)
            costs.append((time.perf_counter() - start) / len(claimed) * 1e6)
        storage.close()
    durable, memory = costs
    show("mark in memory", memory, "mark durably (SQLite, FULL)", durable)


def main() -> int:
    """Print the table."""
    print("| What | Ours | Beside | Takes | Ratio |\n|---|---|---|---|---|")
    measure_addressing()
    with tempfile.TemporaryDirectory() as folder:
        measure_ledger(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
