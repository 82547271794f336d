"""Settings: defaults < file < environment; every mistake is named with its key."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from digest import config
from digest.errors import SettingsError


def _load(tmp_path: Path, text: str = "", **environ: str) -> config.Settings:
    file = tmp_path / "digest.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file, environ)


def test_the_environment_beats_the_file_and_the_file_the_defaults(tmp_path: Path) -> None:
    settings = _load(tmp_path, '[mail]\nport = 587\nhost = "relay"\n', DIGEST_MAIL__PORT="465", OTHER="x")
    assert (settings.mail.port, settings.mail.host, settings.mail.tls) == (465, "relay", "starttls")


def test_a_folder_may_be_named_instead_of_its_file_and_paths_count_from_it(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_text('[storage]\ndata_dir = "here"\n')
    settings = config.load(tmp_path, {})
    assert settings.path(settings.storage.data_dir) == tmp_path / "here"


def test_without_a_file_the_defaults_run_but_a_named_one_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load(None, {}) == config.Settings()
    with pytest.raises(SettingsError, match="digest init"):
        config.load(tmp_path / "absent.toml", {})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[mail]\nprot = 25\n", r"mail\.prot: there is no such setting"),
        ("[mail]\nport = 0\n", r"mail\.port"),
        ('[paper]\ntimezone = "Mars/Base"\n', "IANA"),
        ('[paper]\ntimezone = "../../etc/passwd"\n', "IANA"),
        ('[paper]\ncolour = "red"\n', r"paper\.colour"),
        ('[paper]\nname = "a\\nb"\n', r"paper\.name"),
        ('[paper]\nurl = "javascript:x"\n', "https://"),
        ('[web]\nbase_url = "news.example"\n', "whole address"),
        ('[[newsletters]]\nsend_at = "25:00"\n', "send_at"),
        ('[[newsletters]]\nname = "a"\n[[newsletters]]\nname = "a"\n', "two newsletters are called a"),
        ("newsletters = []\n", "at least one"),
        ('[[sources]]\nkind = "feed"\nurl = "https://x.example"\n', "name of its own"),
        ('[[sources]]\nname = "a"\n', "needs url"),
        ('[[sources]]\nname = "a"\nkind = "folder"\n', "needs path"),
        ("root = 'x'\n", "cannot be set"),
        ("[mail\n", "no valid TOML"),
    ],
)
def test_every_mistake_is_named_with_what_to_do(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        _load(tmp_path, text)


def test_a_list_of_tables_cannot_be_set_by_the_environment(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="only in"):
        _load(tmp_path, '[[newsletters]]\nname = "a"\n', DIGEST_NEWSLETTERS__NAME="b")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        config.load(tmp_path, {})


def test_times_and_empty_paths_are_read_as_meant(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        '[mail]\nca_file = ""\n[paper]\ntimezone = "Europe/Berlin"\nurl = "https://x.example/"\n'
        '[web]\nbase_url = "https://news.example/paper/"\n[[newsletters]]\nsend_at = "6:05"\n'
        '[[sources]]\nname = "a"\nkind = "folder"\npath = "a"\n',
    )
    assert settings.mail.ca_file is None
    assert settings.paper.timezone == "Europe/Berlin"
    assert settings.web.base_url == "https://news.example/paper"
    assert settings.sources[0].path == Path("a")
    assert settings.newsletters[0].send_at == time(6, 5)


def test_a_secret_comes_from_its_value_or_its_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hush hush\n")
    settings = _load(tmp_path, '[mail]\npassword_file = "password"\n')
    mail = settings.mail
    assert config.read_secret(mail.password, mail.password_file, settings) == "hush hush"
    stated = _load(tmp_path, DIGEST_MAIL__PASSWORD="hush")
    assert config.read_secret(stated.mail.password, None, stated) == "hush"
    assert "hush" not in repr(stated)
    nowhere = _load(tmp_path, '[mail]\npassword_file = "absent"\n')
    assert config.read_secret(nowhere.mail.password, nowhere.mail.password_file, nowhere) == ""
    with pytest.raises(SettingsError) as error:
        _load(tmp_path, '[secrets]\nkey = ["hush"]\n')
    assert "hush" not in str(error.value)
