"""A subscriber: an address with consent to one newsletter; and the veto that outlives it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.errors import AddressRefused

MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3, less the angle brackets (RFC 3696 erratum 1690)
MAX_LOCAL = 64  # RFC 5321 4.5.3.1.1
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class SubscriberStatus(StrEnum):
    """How far a reader's consent has come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class SuppressionReason(StrEnum):
    """Why an address must not be mailed, whatever its consent says."""

    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard bounce"
    OPERATOR = "operator"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """An address and its consent to one newsletter. `since` is when the status was reached."""

    id: int
    newsletter: str
    address: str
    name: str = ""
    language: str = ""
    status: SubscriberStatus = SubscriberStatus.PENDING
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One proof in the life of a consent: what was agreed to, where, when, in which words."""

    subscriber_id: int
    event: str
    at: datetime
    source: str = ""
    wording: str = ""
    wording_hash: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A veto on an address. `address_key` is a keyed hash, so that it can outlive the address."""

    address_key: str
    reason: SuppressionReason
    at: datetime
    note: str = ""


def parse_address(written: str) -> str:
    """Return an address in the one form in which we keep it: domain as lower-case A-label.

    Raises `AddressRefused`, saying why, for anything that is not one plain dot-atom address: no
    comments, groups, quotes, domain literals or control characters (RFC 5321 4.1.2 allows more than
    the world's mail servers accept). A local part outside ASCII needs SMTPUTF8 and is refused here.
    """
    address = written.strip()
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in address):
        raise AddressRefused("the address holds control characters; type it again by hand")
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise AddressRefused("an address looks like name@example.com")
    if not local.isascii():
        raise AddressRefused("the part before the @ may hold only plain Latin letters, digits and signs")
    if not _ATOM.fullmatch(local):
        raise AddressRefused("the part before the @ holds signs that mail servers refuse")
    try:
        host = domain.encode("idna").decode("ascii").lower() if not domain.isascii() else domain.lower()
    except UnicodeError as error:
        raise AddressRefused("the part behind the @ is no domain name") from error
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():  # noqa: PLR2004 - a name and its top-level domain
        raise AddressRefused("the part behind the @ is no domain name such as example.com")
    if len(local) > MAX_LOCAL or len(local) + 1 + len(host) > MAX_ADDRESS:
        raise AddressRefused(f"the address is longer than mail allows ({MAX_LOCAL}@…, {MAX_ADDRESS} in all)")
    return f"{local}@{host}"


def fold_address(address: str) -> str:
    """Return the form in which two spellings of one mailbox compare equal: all lower case."""
    return address.casefold()
