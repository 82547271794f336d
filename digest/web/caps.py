"""What keeps the sign-up form from being turned on somebody: letters a mailbox, sign-ups a network.

In the memory of this process: the rules that outlive it stand in the store.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection

from digest.model.subscriber import fold_address

SIGN_UPS_AN_HOUR = 60
_MAX_KEPT = 100_000
_IPV4_PREFIX, _IPV6_PREFIX = 24, 64
# A visitor's own address is never one of these: it is a proxy's, behind which everybody stands.
_LOCAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


def mailbox_of(address: str) -> str:
    """Return the mailbox of an address: folded, and without the `+tag` that many hosts ignore."""
    local, _, domain = fold_address(address).rpartition("@")
    return f"{local[:1] + local[1:].partition('+')[0]}@{domain}"


def network_of(request: HTTPConnection) -> str:
    """Return the network a request comes from, /24 or /64; empty where that cannot be known.

    A proxy is believed only on this machine, and only about the visitor it saw itself: the last one.
    """
    peer = _ip(request.client.host if request.client else "")
    if peer is not None and peer.is_loopback:
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        peer = _ip(forwarded.rpartition(",")[2].strip())
    if peer is None or any(peer in block for block in _LOCAL):
        return ""
    prefix = _IPV4_PREFIX if isinstance(peer, ipaddress.IPv4Address) else _IPV6_PREFIX
    return str(ipaddress.ip_network(f"{peer}/{prefix}", strict=False))


def _ip(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@dataclass(slots=True)
class Recent:
    """Remember for `span` that something happened; when `most` are kept, the oldest is forgotten."""

    span: timedelta
    most: int = _MAX_KEPT
    _kept: dict[str, datetime] = field(default_factory=dict, init=False)

    def holds(self, key: str, now: datetime) -> bool:
        """Say whether it happened within the span."""
        at = self._kept.get(key)
        return at is not None and now - at < self.span

    def add(self, key: str, now: datetime) -> None:
        """Remember that it happens now."""
        self._kept.pop(key, None)
        self._kept[key] = now
        while len(self._kept) > self.most or now - next(iter(self._kept.values())) >= self.span:
            del self._kept[next(iter(self._kept))]


@dataclass(slots=True)
class HourlyMeter:
    """Count for each key what happens within an hour and say when it is more than `limit`."""

    limit: int
    most: int = _MAX_KEPT
    _hour: int = field(default=0, init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)

    def admit(self, key: str, now: datetime) -> bool:
        """Count one more; False when the key has had its share. An empty key is always admitted."""
        hour = int(now.timestamp()) // 3600
        if hour != self._hour:
            self._hour = hour
            self._counts.clear()
        if not key:
            return True
        self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) > self.most:
            del self._counts[next(iter(self._counts))]
        return self._counts.get(key, 0) <= self.limit
