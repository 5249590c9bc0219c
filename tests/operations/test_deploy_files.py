"""What deploy/ ships can be checked without installing it."""

import subprocess
from pathlib import Path

import pytest

from config.settings import load_settings
from tests.needs import program
from tests.rules.code import ROOT
from tests.rules.test_docs import fault

UNITS = sorted((ROOT / "deploy").glob("*.service"))


def lines_of(unit: Path) -> list[tuple[str, str]]:
    found = []
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, equal, value = line.partition("=")
        found += [(name, value)] if equal and not line.startswith("#") else []
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_every_line_of_a_unit(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    text = unit.read_text(encoding="utf-8").replace("/srv/jalon", str(ROOT))
    here.write_text(text, encoding="utf-8")

    done = subprocess.run(
        [program("systemd-analyze", "systemd"), "verify", here], capture_output=True, text=True
    )

    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_commands_that_exist_and_gives_up_its_rights(unit: Path) -> None:
    lines = lines_of(unit)
    started = [value for name, value in lines if name.startswith("ExecStart")]
    assert started
    for command in started:
        assert fault(f"jalon {command.partition('/jalon ')[2]}") is None
    kept = dict(lines)
    assert kept["User"] == "jalon"
    assert kept["NoNewPrivileges"] == "yes"
    assert kept["ProtectSystem"] == "strict"
    assert kept["CapabilityBoundingSet"] == ""
    assert kept["TimeoutStopSec"] == "11min"  # longer than a relay may take after DATA


def test_the_relays_password_may_be_a_credential_of_the_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (credential,) = [value for name, value in lines_of(UNITS[-1]) if name == "LoadCredential"]
    name = credential.partition(":")[0]
    (tmp_path / name).write_text("s3same\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("JALON_SMTP_HOST", "relais.example")
    monkeypatch.setenv("JALON_SMTP_USERNAME", "jalon")
    monkeypatch.setenv("JALON_SENDER_ADDRESS", "contrat@ville.example")

    settings = load_settings()

    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == "s3same"
    assert "s3same" not in repr(settings)
