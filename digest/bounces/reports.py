"""Read a letter that came back: a delivery report, a complaint, or neither."""

from __future__ import annotations

import email
import email.policy
import email.utils
from collections.abc import Callable
from email.errors import MessageError
from email.message import Message
from typing import TypeVar

from digest.bounces.arf import read_complaint
from digest.bounces.dsn import read_delivery_report, read_plain_report
from digest.model.bounce import Bounce

T = TypeVar("T")
MAX_LETTER = 1_000_000
"""Bytes of a letter that are looked at: a report is small, and what it returns may be cut."""


def read_report(raw: bytes) -> tuple[Bounce, ...]:
    """Return what a letter reports, a bounce for each recipient; nothing for any other letter.

    Reads delivery reports (RFC 3464), complaints (RFC 5965) and, where a server writes only prose, its
    code and status. Automatic replies (RFC 3834) are no reports. Never raises: letters are hostile.
    """
    return _look_into(raw, _read)


def read_recipients(raw: bytes) -> tuple[str, ...]:
    """Return the addresses a letter was sent to, as its headers name them. Never raises."""
    return _look_into(raw, _recipients)


def _look_into(raw: bytes, read: Callable[[Message], tuple[T, ...]]) -> tuple[T, ...]:
    """Parse a hostile letter and return what `read` finds in it, nothing if that fails."""
    try:
        # compat32 reads anything and decodes nothing by itself, so no header can make it stumble.
        return read(email.message_from_bytes(raw[:MAX_LETTER], policy=email.policy.compat32))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()


def _read(message: Message) -> tuple[Bounce, ...]:
    return_path = find_return_path(message)
    kind = str(message.get_param("report-type") or "").lower()
    parts = {part.get_content_type(): part for part in message.walk()}
    if "message/feedback-report" in parts or kind == "feedback-report":
        return read_complaint(message, return_path=return_path)
    if "message/delivery-status" in parts:
        return read_delivery_report(message, return_path=return_path)
    if _is_automatic_reply(message):
        return ()
    return read_plain_report(message, return_path=return_path)


def find_return_path(message: Message) -> str:
    """Return the address the report was sent to, one of ours if there is any among those it names."""
    addresses = _recipients(message)
    ours = [address for address in addresses if address.lower().startswith("b+")]
    return next(iter([*ours, *addresses]), "")


def _recipients(message: Message) -> tuple[str, ...]:
    headers = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    written = [str(value) for name in headers for value in message.get_all(name, ())]
    return tuple(address for _, address in email.utils.getaddresses(written) if "@" in address)


def _is_automatic_reply(message: Message) -> bool:
    automatic = str(message.get("Auto-Submitted", "no")).lower()
    sender = str(message.get("From", "")).lower()
    system = any(name in sender for name in ("mailer-daemon", "postmaster", "mail delivery"))
    return automatic.startswith("auto-replied") and not system
