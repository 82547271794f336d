"""Encryption that is demanded: with a certificate we trust for the name we asked for, or not at all."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from digest.config import MailSettings
from digest.deliver.smtp import SmtpTransport
from digest.errors import ServerRefusesUs, ServerUnavailable, SettingsError
from digest.testing.misbehaviour import HANG, RESET, Act, at, say
from digest.testing.smtp import RecordingServer

Talk = Any


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def served_by(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_mail_goes_encrypted_under_a_good_certificate(
    talk: Talk, authority: trustme.CA, ca_file: Path, mode: str
) -> None:
    tls = served_by(authority.issue_cert("127.0.0.1"))
    with RecordingServer(tls=tls, implicit_tls=mode == "tls", login=("u", "p")) as server:
        replies = talk(server, 2, tls=mode, ca_file=ca_file, username="u", password="p")
    assert [reply.code for reply in replies] == [250, 250]
    assert len(server.received) == 2
    assert server.connections == 1
    if mode == "starttls":
        assert server.stages.index("STARTTLS") < server.stages.index("AUTH")


@pytest.mark.parametrize("mode", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["wrong name", "expired", "unknown authority"])
def test_a_certificate_that_proves_nothing_is_refused(
    talk: Talk, authority: trustme.CA, ca_file: Path, mode: str, fault: str
) -> None:
    certificate = {
        "wrong name": lambda: authority.issue_cert("mail.elsewhere.example"),
        "expired": lambda: authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)),
        "unknown authority": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[fault]()
    with (
        RecordingServer(tls=served_by(certificate), implicit_tls=mode == "tls", login=("u", "p")) as server,
        pytest.raises(ServerUnavailable, match="certificate"),
    ):
        talk(server, tls=mode, ca_file=ca_file, username="u", password="p")
    assert not {"AUTH", "MAIL"} & set(server.stages)


def test_without_a_ca_file_only_the_systems_authorities_count(talk: Talk, authority: trustme.CA) -> None:
    tls = served_by(authority.issue_cert("127.0.0.1"))
    with RecordingServer(tls=tls) as server, pytest.raises(ServerUnavailable, match="certificate"):
        talk(server, tls="starttls")


def test_a_server_without_starttls_gets_no_mail_and_no_password(talk: Talk) -> None:
    with (
        RecordingServer(login=("u", "p")) as server,
        pytest.raises(ServerUnavailable, match="STARTTLS"),
    ):
        talk(server, tls="starttls", username="u", password="p")
    assert not {"AUTH", "MAIL"} & set(server.stages)


def test_a_server_that_knows_only_helo_gets_no_mail_where_tls_is_demanded(talk: Talk) -> None:
    with (
        RecordingServer(misbehave=at("EHLO", say("502 what?"))) as server,
        pytest.raises(ServerUnavailable, match="STARTTLS"),
    ):
        talk(server, tls="starttls")
    assert "MAIL" not in server.stages


@pytest.mark.parametrize(
    "act",
    [say("454 4.7.0 TLS not available"), say("501 no"), say("220 go", then="close"), RESET, HANG],
    ids=["454", "501", "closed", "reset", "hang"],
)
def test_a_refused_or_broken_starttls_is_no_reason_to_speak_plainly(
    talk: Talk, authority: trustme.CA, ca_file: Path, act: Act
) -> None:
    tls = served_by(authority.issue_cert("127.0.0.1"))
    with (
        RecordingServer(tls=tls, misbehave=at("STARTTLS", act)) as server,
        pytest.raises(ServerUnavailable),
    ):
        talk(server, tls="starttls", ca_file=ca_file, timeout=0.5)
    assert "MAIL" not in server.stages


def test_lines_injected_before_the_handshake_are_not_believed(
    talk: Talk, authority: trustme.CA, ca_file: Path
) -> None:
    # CVE-2011-0411 from the client's side: plain text glued to the answer to STARTTLS.
    tls = served_by(authority.issue_cert("127.0.0.1"))
    glued = say(b"220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n")
    with RecordingServer(tls=tls, misbehave=at("STARTTLS", glued), login=("u", "p")) as server:
        (reply,) = talk(server, tls="starttls", ca_file=ca_file, username="u", password="p")
    assert reply.accepted


def test_a_plain_server_where_tls_is_expected_from_the_first_byte_is_unavailable(talk: Talk) -> None:
    with RecordingServer() as server, pytest.raises(ServerUnavailable):
        talk(server, tls="tls", timeout=0.5)


def test_a_wrong_password_under_tls_pauses(talk: Talk, authority: trustme.CA, ca_file: Path) -> None:
    tls = served_by(authority.issue_cert("127.0.0.1"))
    with RecordingServer(tls=tls, login=("u", "p")) as server, pytest.raises(ServerRefusesUs, match="535"):
        talk(server, tls="starttls", ca_file=ca_file, username="u", password="x")


def test_a_ca_file_that_holds_no_certificates_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    for ca_file in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        if ca_file.name == "empty.pem":
            ca_file.write_text("nothing here")
        with pytest.raises(SettingsError, match="ca_file"):
            SmtpTransport(MailSettings(tls="tls", ca_file=ca_file))
