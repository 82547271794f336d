"""The guard: which addresses are refused, however they are written; rebinding gains nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from digest.config import CollectSettings
from digest.errors import FetchRefused, SourceError
from digest.ingest.fetch import Fetcher
from digest.ingest.guard import Guard, denied, system_resolve
from tests.ingest.intake import Site, home, say

HOSTILE_URLS = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2600::5efe:7f00:1]/",
    "http://[2600::200:5efe:10.0.0.1]/",
    "file:///etc/passwd",
    "ftp://paper.example/",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,x",
    "//127.0.0.1/",
    "paper.example/feed",
    "http:///feed",
    "http://",
    "http://user@127.0.0.1/",
    "http://paper.example@127.0.0.1/",
    "http://user:pass@paper.example/",
    "http://@paper.example/",
    "http://paper.example:22/",
    "http://paper.example:6379/",
    "http://paper.example:99999/",
    "http://paper.example:x/",
    "http://paper.example\\@127.0.0.1/",
    "http://127.0.0.1\t/",
    "http://paper.example/a b",
    "http://[::1/",
    "http://" + "a" * 3000,
)
ADDRESSES = (
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1%lo",
)


@pytest.fixture(scope="module")
def canary() -> Iterator[list[str]]:
    """A server that notes every connection; nothing may ever connect."""
    met: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            try:
                connection, peer = server.accept()
            except TimeoutError:
                continue
            met.append(str(peer))
            connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    met_port = server.getsockname()[1]
    yield met
    with socket.create_connection(("127.0.0.1", met_port), timeout=2):
        time.sleep(0.2)
    done.set()
    thread.join()
    server.close()
    assert len(met) == 1, "the canary did not work, or something connected"


def quick() -> CollectSettings:
    return CollectSettings(timeout=2)


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_hostile_addresses_are_refused_without_a_connection(url: str, canary: list[str]) -> None:
    with pytest.raises(FetchRefused):
        Fetcher(quick()).get(url)
    assert not canary


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "127.0.0.1."),  # noqa: S104 # to be refused
        *(
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "localhost",
            "user@127.0.0.1",
            "rebound.example",
        ),
    ],
)
def test_redirects_to_this_machine_reach_no_port_of_it(site: Site, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)  # its name there
        target = f"http://{host}:{canary.getsockname()[1]}/"
        site.answer = lambda handler: say(handler, b"", 302, Location=target)
        with pytest.raises(FetchRefused):
            Fetcher(quick(), site.allow, resolve=home).get(site.url())
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert len(site.requests) == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_names_that_lead_to_private_addresses_are_refused(address: str, canary: list[str]) -> None:
    fetcher = Fetcher(quick(), resolve=lambda _host, _port: ["93.184.215.14", address])
    with pytest.raises(FetchRefused, match="leads to"):
        fetcher.get("http://rebound.example/")
    assert not canary


def test_a_name_that_changes_its_answer_gains_nothing(canary: list[str]) -> None:
    """The name is asked once a connection, and the connection goes to the address that was checked."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    asked: list[str] = []

    def turncoat(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    guard = Guard((), turncoat)
    assert guard.addresses("rebound.example", 80, timeout=1) == ("93.184.215.14",)
    with pytest.raises(FetchRefused):
        Fetcher(quick(), resolve=turncoat).get("http://rebound.example/")
    assert len(asked) == 2
    assert not canary


def test_every_address_of_every_denied_network_is_denied() -> None:
    assert denied("8.8.8.8") is None
    assert denied("2606:4700::1111") is None
    assert denied("64:ff9b::808:808") is None
    assert denied("::ffff:8.8.8.8") is None
    assert denied("2600::5efe:808:808") is None
    assert denied("10.0.0.1") == "private"
    assert denied("2002:808:808::") == "6to4"
    assert denied("what") == "no IP address"


def test_hosts_that_the_settings_allow_pass() -> None:
    guard = Guard(("CMS.intranet.", "10.0.0.5:8080", "[::1]:8080"), home)
    assert guard.check_url("http://cms.intranet/feed").host == "cms.intranet"
    assert guard.check_url("https://cms.intranet/feed").host == "cms.intranet"
    assert guard.check_url("http://10.0.0.5:8080/").port == 8080
    assert guard.check_url("http://[::1]:8080/").host == "::1"
    assert guard.addresses("cms.intranet", 80, timeout=1) == ("127.0.0.1",)
    with pytest.raises(FetchRefused):
        guard.check_url("http://10.0.0.5:8081/")
    with pytest.raises(FetchRefused):
        guard.check_url("http://10.0.0.5/")
    # Whoever may read the CMS may not for that reach what else runs on its machine.
    with pytest.raises(FetchRefused, match=r"cms\.intranet:9000"):
        guard.check_url("http://cms.intranet:9000/feed")


def test_public_addresses_pass() -> None:
    guard = Guard((), lambda _host, _port: ["93.184.215.14"])
    for url in (
        "http://paper.example/feed",
        "https://paper.example:443/",
        "http://8.8.8.8/",
        "http://[2600::1]/",
    ):
        assert str(guard.check_url(url)) in {url, url.replace(":443", "")}
    assert guard.addresses("paper.example", 80, timeout=1) == ("93.184.215.14",)


def test_names_that_are_not_known_say_so() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(SourceError, match="not known"):
        Guard((), unknown).addresses("nowhere.example", 80, timeout=1)
    with pytest.raises(SourceError, match="no address"):
        Guard((), lambda _host, _port: ()).addresses("nowhere.example", 80, timeout=1)


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    def asleep(_host: str, _port: int) -> Sequence[str]:
        time.sleep(0.5)
        return ()

    started = time.monotonic()
    with pytest.raises(SourceError, match="in time"):
        Guard((), asleep).addresses("slow.example", 80, timeout=0.05)
    assert time.monotonic() - started < 0.4


def test_the_systems_resolver_knows_this_machine() -> None:
    assert "127.0.0.1" in system_resolve("127.0.0.1", 80)
    with pytest.raises(SourceError):
        Guard().addresses("a" * 70 + ".example", 80, timeout=5)
