"""The guard: which addresses we connect to. Asked for each URL, at each redirect, and at each connection.

Names are resolved once, every answer is checked against our own list, and the connection goes to the
checked address, so a name that changes its answer meanwhile (rebinding) gains nothing.
`ipaddress.is_global` is not enough: it lets through NAT64, 6to4 and cloud services on public numbers.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import httpx

from digest.errors import FetchRefused, SourceError
from digest.log import one_line

Resolve = Callable[[str, int], Sequence[str]]
"""Return the addresses of a host; raises `OSError` when there are none."""

_PORTS = {"http": 80, "https": 443}
_MAX_URL = 2000
_NUMERIC = re.compile(r"^(?:0[xX][0-9a-fA-F]*|\d+)(?:\.(?:0[xX][0-9a-fA-F]*|\d+)){0,3}\.?$")
_QUAD = re.compile(r"^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$")

# IANA special-purpose registries (RFC 6890 and updates), and what clouds keep on public numbers.
_DENIED_V4 = tuple(
    (ipaddress.IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    (ipaddress.IPv6Network(network), why)
    for network, why in (
        ("2001::/23", "reserved (Teredo and others)"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "reserved"),
        ("3ffe::/16", "reserved"),
        ("3fff::/20", "documentation"),
    )
)
# An IPv4 address stands in the last 32 bits of these and is what is reached in the end.
_EMBEDDING = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def denied(written: str) -> str | None:
    """Say why an IP address is not to be connected to; None if it is a public one."""
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return "no IP address"
    return _denied_v4(address) if isinstance(address, IPv4Address) else _denied_v6(address)


def _denied_v4(address: IPv4Address) -> str | None:
    return next((why for network, why in _DENIED_V4 if address in network), None)


def _denied_v6(address: IPv6Address) -> str | None:
    inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in _EMBEDDING):
        why = _denied_v4(inner)
        return f"{why} inside IPv6" if why else None
    if address not in _UNICAST_V6:
        return "no public IPv6"
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP and _denied_v4(inner):
        return f"{_denied_v4(inner)} inside IPv6"
    return next((why for network, why in _DENIED_V6 if address in network), None)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; each address once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Decide which URLs and addresses are followed.

    Args:
        allow_hosts: hosts (`cms.intranet`, or `cms.intranet:8080`) that may lie on a private network and
            use a port of their own.
        resolve: how names become addresses.
    """

    allow_hosts: Iterable[str] = ()
    resolve: Resolve = system_resolve

    def check_url(self, url: str) -> httpx.URL:
        """Return the parsed URL; raises `FetchRefused` for one we follow under no circumstances."""
        shown = one_line(url.partition("?")[0], limit=100)
        if len(url) > _MAX_URL or re.search(r"[\x00-\x20\x7f\\]", url):
            raise FetchRefused(
                f"{shown}: the address is too long or holds spaces or controls; give a plain one"
            )
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchRefused(f"{shown}: no valid address ({one_line(error)}); correct it") from error
        if parsed.scheme not in _PORTS:
            raise FetchRefused(f"{shown}: only http and https addresses are followed")
        if re.match(r"\w+://[^/?#]*@", url):
            raise FetchRefused(f"{shown}: a user name inside an address is not followed; leave it out")
        host = parsed.host.rstrip(".")
        if not host:
            raise FetchRefused(f"{shown}: the address names no host")
        port = parsed.port or _PORTS[parsed.scheme]
        if self.allowed(host, port):
            return parsed
        if port not in _PORTS.values():
            raise FetchRefused(
                f'{shown}: port {port} is unusual; if it is meant, put "{host}:{port}" into allow_hosts'
            )
        if _NUMERIC.match(host) and not _QUAD.match(host):
            raise FetchRefused(f"{shown}: {host} is an unusual way to write an address; use the host's name")
        if ":" in host or _QUAD.match(host):
            self._refuse(host, denied(host), host, port)
        return parsed

    def allowed(self, host: str, port: int) -> bool:
        """Say whether a host may lie anywhere, because the settings say so."""
        name = host.rstrip(".").lower()
        usual = port in _PORTS.values()
        known = {entry.strip().lower().rstrip(".") for entry in self.allow_hosts}
        return (usual and name in known) or bool({f"{name}:{port}", f"[{name}]:{port}"} & known)

    def addresses(self, host: str, port: int, *, timeout: float) -> tuple[str, ...]:
        """Resolve a host and return its addresses, all of them checked.

        One denied address among public ones refuses the host: nobody publishes such a mix by accident.

        Raises:
            FetchRefused: an address is denied.
            SourceError: the name is not known, or the resolver does not answer in time.
        """
        found = _in_time(self.resolve, host, port, timeout)
        if not found:
            raise SourceError(f"{one_line(host)} has no address; look whether the name is spelt right")
        if not self.allowed(host, port):
            for address in found:
                self._refuse(host, denied(address), address, port)
        return found

    @staticmethod
    def _refuse(host: str, why: str | None, address: str, port: int) -> None:
        if why is not None:
            raise FetchRefused(
                f"{one_line(host)} leads to {one_line(address)} ({why}), not followed; if the host is "
                f'yours, put "{one_line(host)}:{port}" into the source\'s allow_hosts'
            )


def _in_time(resolve: Resolve, host: str, port: int, timeout: float) -> tuple[str, ...]:
    """Resolve in a thread of its own: the system's resolver knows no time limit."""
    answer: list[tuple[str, ...] | Exception] = []

    def ask() -> None:
        try:
            answer.append(tuple(resolve(host, port)))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(max(0.0, timeout))
    if not answer:
        raise SourceError(
            f"{one_line(host)} was not resolved in time; look at the name server, or try again later"
        )
    if isinstance(answer[0], Exception):
        raise SourceError(
            f"{one_line(host)} is not known ({one_line(answer[0])}); look whether the name is spelt right"
        ) from answer[0]
    return answer[0]
