"""Settings: what each variable takes, how a bad one is named, and that the example file agrees."""

import os
import re
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from config.database import database_url
from config.errors import ConfigError
from config.settings import Settings, load_settings, variable

EXAMPLE = Path(__file__).parents[2] / "deploy" / "jalon.env.example"
RELAY = {"SMTP_HOST": "relais.exemple.fr", "SENDER_ADDRESS": "jalon@exemple.fr"}


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("JALON_")]:
        monkeypatch.delenv(name)


def load_with(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"JALON_{name}", value)
    return load_settings()


def test_without_any_variable_jalon_runs_alone_on_this_machine() -> None:
    settings = load_settings()

    assert settings.database_url == database_url() == "sqlite:///var/jalon.sqlite3"
    assert (settings.contract, settings.locale) == ("CV112", "fr")
    assert (settings.smtp_host, settings.now, settings.policies) == (None, None, None)
    assert settings.catcher_folder == Path("var/mail")
    assert settings == load_settings()


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_with(monkeypatch, SMTP_HOST="", SMTP_PORT="", NOW="", DATABASE_URL="")

    assert settings == Settings()
    assert settings.smtp_host is None
    assert settings.database_url == database_url()


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("2021-01-04", date(2021, 1, 4)),
        ("2021-01-04T17:00:00Z", datetime(2021, 1, 4, 17, tzinfo=UTC)),
        (
            "2021-01-04T18:00:00+01:00",
            datetime(2021, 1, 4, 18, tzinfo=timezone(timedelta(hours=1))),
        ),
    ],
)
def test_now_is_a_date_or_an_instant_with_its_zone(
    monkeypatch: pytest.MonkeyPatch, text: str, now: date
) -> None:
    found = load_with(monkeypatch, NOW=text).now

    assert found == now
    assert type(found) is type(now)


@pytest.mark.parametrize(("tls", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_port_follows_the_encryption(
    monkeypatch: pytest.MonkeyPatch, tls: str, port: int
) -> None:
    assert load_with(monkeypatch, SMTP_TLS=tls).smtp_port == port
    assert load_with(monkeypatch, SMTP_TLS=tls, SMTP_PORT="2525").smtp_port == 2525


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_with(monkeypatch, **RELAY, SMTP_USERNAME="jalon", SMTP_PASSWORD="s3same")

    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == "s3same"
    assert "s3same" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SMTP_PORT": "abc"}, "JALON_SMTP_PORT : « abc » refusé, attendu : un nombre entier"),
        ({"SMTP_PORT": "70000"}, "JALON_SMTP_PORT : « 70000 » refusé, attendu : au plus 65535"),
        (
            {"SMTP_TLS": "ssl"},
            "JALON_SMTP_TLS : « ssl » refusé, attendu : l’une des valeurs 'none', 'starttls' ou",
        ),
        ({"NOW": "demain"}, "JALON_NOW : « demain » refusé, attendu : une date (2021-01-04) ou"),
        ({"NOW": "2021-01-04T18:00:00"}, "JALON_NOW : « 2021-01-04T18:00:00 » refusé, attendu"),
        ({"NOW": "2021-02-30"}, "JALON_NOW : « 2021-02-30 » refusé, attendu : une date"),
        ({"LOCALE": "français"}, "JALON_LOCALE : « français » refusé, attendu : un texte de la"),
        ({"CONTRACT": "CV 112"}, "JALON_CONTRACT : « CV 112 » refusé, attendu : un texte de la"),
        ({"POLICIES": "/nulle/part"}, "JALON_POLICIES : « /nulle/part » refusé, attendu : un dos"),
        ({"SENDER_ADDRESS": "jalon"}, "JALON_SENDER_ADDRESS : « jalon » refusé, attendu : une ad"),
        ({"REPLY_TO": "a@b.fr, c@d.fr"}, "JALON_REPLY_TO : « a@b.fr, c@d.fr » refusé, attendu"),
        ({"PUBLIC_URL": "jalon.fr"}, "JALON_PUBLIC_URL : « jalon.fr » refusé, attendu : une adr"),
        ({"LOG_FORMAT": "xml"}, "JALON_LOG_FORMAT : « xml » refusé, attendu : l’une des valeurs"),
        ({"LOG_LEVEL": "HAUT"}, "JALON_LOG_LEVEL : « HAUT » refusé, attendu : l’une des valeurs"),
        (
            {"DATABASE_URL": "mysql://moi:s3same@hote/base"},
            "JALON_DATABASE_URL : base inconnue, attendu : sqlite:///chemin ou postgresql://",
        ),
        ({"SMTP_HOST": "relais"}, "JALON_SENDER_ADDRESS : absente, attendu : l’adresse"),
        (RELAY | {"SMTP_USERNAME": "moi"}, "JALON_SMTP_PASSWORD : absente, attendu : le mot de"),
        (RELAY | {"SMTP_PASSWORD": "s3same"}, "JALON_SMTP_USERNAME : absente, attendu : l’ident"),
        (
            RELAY | {"SMTP_USERNAME": "moi", "SMTP_PASSWORD": "s3same", "SMTP_TLS": "none"},
            "JALON_SMTP_TLS : « none » refusé, attendu : starttls ou tls",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_variable_alone(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_with(monkeypatch, **values)

    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(sentence)
    assert "s3same" not in str(refused.value)


def test_every_bad_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as refused:
        load_with(monkeypatch, SMTP_PORT="abc", NOW="demain")

    assert [problem.file for problem in refused.value.problems] == ["JALON_NOW", "JALON_SMTP_PORT"]


def test_a_relay_on_this_machine_may_do_without_encryption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load_with(
        monkeypatch,
        **(RELAY | {"SMTP_HOST": "localhost"}),
        SMTP_TLS="none",
        SMTP_USERNAME="moi",
        SMTP_PASSWORD="s3same",
    )

    assert (settings.smtp_host, settings.smtp_port) == ("localhost", 25)


def test_the_example_file_explains_every_setting_and_gives_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blocks = EXAMPLE.read_text(encoding="utf-8").strip().split("\n\n")[1:]
    explained: dict[str, str] = {}
    for block in blocks:
        *comment, setting = block.splitlines()
        name, value = re.fullmatch(r"#(JALON_[A-Z_]+)=(.*)", setting).groups()  # type: ignore[union-attr] # a line that does not fit fails the test
        explained[name] = " ".join(line.removeprefix("# ") for line in comment)
        monkeypatch.setenv(name, value)

    assert explained == {
        variable(name): field.description for name, field in Settings.model_fields.items()
    }
    written = load_settings()
    for name in explained:
        monkeypatch.delenv(name)
    assert written == load_settings()


def test_the_database_is_known_without_pydantic(tmp_path: Path) -> None:
    code = """
        import sys
        from config.database import database_url
        print(database_url(), "pydantic" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "JALON_DATABASE_URL": "sqlite:///ici.sqlite3"},
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("sqlite:///ici.sqlite3 False\n", "")
