"""What deploy/ ships for containers: read by its own schemas, and its commands typed as plain processes."""

import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kubernetes_validate
import pytest
import yaml

from tests.needs import program
from tests.operations.test_serve import environment
from tests.ports import free_port
from tests.rules.code import PRODUCT, ROOT
from tests.rules.test_docs import fault
from tests.workflows.season import open_season

BIN, DEPLOY = Path(sys.executable).parent, ROOT / "deploy"
KUBERNETES = "1.31"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def manifests() -> list[dict[str, Any]]:
    return [
        document
        for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def pods() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for found in manifests():
        if found["kind"] in {"Deployment", "Job"}:
            pod = found["spec"]["template"]["spec"]
            yield found["metadata"]["name"], pod, pod["containers"][0]


def instructions(name: str) -> list[tuple[str, str]]:
    """Those of a Containerfile, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / name).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


@pytest.mark.parametrize("found", manifests(), ids=lambda f: f"{f['kind']}-{f['metadata']['name']}")
def test_kubernetes_would_take_each_object(found: dict[str, Any]) -> None:
    kubernetes_validate.validate(found, KUBERNETES, strict=True)


def test_a_wrong_object_would_be_seen() -> None:
    wrong = next(found for found in manifests() if found["kind"] == "Deployment")
    wrong["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_every_pod_gives_up_its_rights_and_says_what_it_needs() -> None:
    for name, pod, container in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
        assert "memory" in container["resources"]["limits"], name
        assert not container["image"].endswith(":latest")
        if container.get("ports"):
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys(), name


def test_what_manifests_name_is_there() -> None:
    named = {(found["kind"], found["metadata"]["name"]) for found in manifests()}
    for name, pod, container in pods():
        for source in container["envFrom"]:
            for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                if key in source:
                    assert (kind, source[key]["name"]) in named, name
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]}, name


def test_compose_is_read_by_its_schema(tmp_path: Path) -> None:
    program = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    subprocess.run([*program, DEPLOY / "compose.yaml"], check=True, capture_output=True)

    wrong = tmp_path / "compose.yaml"
    wrong.write_text(yaml.safe_dump(COMPOSE | {"services": {"web": {"comand": ["serve"]}}}))
    assert subprocess.run([*program, wrong], capture_output=True).returncode == 1


def test_compose_needs_what_it_has_and_explains_each_variable() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        volumes = [volume.split(":")[0] for volume in service.get("volumes", ())]
        assert {v for v in volumes if not v.startswith(".")} <= COMPOSE["volumes"].keys(), name
        assert ":" in service["image"]
        assert not service["image"].endswith(":latest")
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    explained = set(re.findall(r"(?m)^# .+\n(\w+)=$", example))
    assert asked == explained != set()


def jalon_commands() -> list[str]:
    found = [
        " ".join(["jalon", *service["command"]])
        for service in COMPOSE["services"].values()
        if service["image"].startswith("jalon:") and "entrypoint" not in service
    ]
    found += [" ".join(["jalon", *c["args"]]) for _n, _p, c in pods() if "command" not in c]
    return sorted(set(found))


def test_the_commands_of_compose_and_kubernetes_can_be_typed() -> None:
    assert len(jalon_commands()) >= 4
    assert {line: fault(line) for line in jalon_commands() if fault(line)} == {}


def prefect_commands() -> list[list[str]]:
    found = [
        service["command"]
        for service in COMPOSE["services"].values()
        if service.get("entrypoint") == ["prefect"]
    ]
    found += [c["args"] for _n, _p, c in pods() if c.get("command") == ["prefect"]]
    return [list(one) for one in dict.fromkeys(map(tuple, found))]


@pytest.mark.slow
@pytest.mark.parametrize("words", prefect_commands(), ids=" ".join)
def test_prefect_knows_the_commands_typed(words: list[str]) -> None:
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    path = [word for word in words if not word.startswith("-")]
    done = subprocess.run([BIN / "prefect", *path, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert [option for option in options if option not in done.stdout] == []


def test_the_image_runs_without_rights_and_checks_itself() -> None:
    last = instructions("Containerfile")
    stages = [i for i, (word, _rest) in enumerate(last) if word == "FROM"]
    final = dict(last[stages[-1] :])
    assert final["USER"] == "10001"
    assert final["ENTRYPOINT"] == '["jalon"]'
    assert "/health/ready" in final["HEALTHCHECK"]
    pinned = dict(last)["ARG"].partition("=")[2]
    assert re.search(r":\d+\.\d+\.\d+-", pinned)
    installs = [rest for word, rest in last if word == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    copied = {
        rest.split()[0].rstrip("/")
        for word, rest in last
        if word == "COPY" and "--from" not in rest
    }
    assert set(PRODUCT) <= copied
    assert [one for one in copied if not (ROOT / one).exists()] == []


@pytest.mark.slow
def test_the_wheel_of_the_image_holds_all_that_it_needs(tmp_path: Path) -> None:
    (line,) = [rest for word, rest in instructions("Containerfile") if "pip wheel" in rest]
    source = tmp_path / "build"
    source.mkdir()
    for word, rest in instructions("Containerfile"):
        if word == "COPY" and "--from" not in rest and "base.txt" not in rest:
            for name in rest.split()[:-1]:
                path = ROOT / name.rstrip("/")
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, source / path.name)
    words = shlex.split(line.replace("/wheels", str(tmp_path / "wheels")))
    assert words[0] == "python"
    subprocess.run([sys.executable, *words[1:]], cwd=source, check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "site")
        inside = set(opened.namelist())
    tracked = subprocess.run(["git", "ls-files", *PRODUCT], cwd=ROOT, check=True,
                             capture_output=True, text=True).stdout.split()  # fmt: skip
    assert [name for name in tracked if name not in inside] == []

    env = environment(tmp_path, PYTHONPATH=tmp_path / "site",
                      JALON_DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3")  # fmt: skip
    run = [sys.executable, "-c", "import cli.main; print(cli.__file__); cli.main.main()", "init"]
    done = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "site") in done.stdout


@pytest.mark.slow
def test_the_images_command_runs_as_a_plain_process_and_its_check_passes(tmp_path: Path) -> None:
    open_season(tmp_path)
    port = free_port()
    check = dict(instructions("Containerfile"))["HEALTHCHECK"].partition('"-c", "')[2]
    program = check.removesuffix('"]').replace("8000", str(port))
    web = subprocess.Popen(
        [BIN / "jalon", "serve", "--no-schedule"],
        env=environment(tmp_path, JALON_LISTEN=f"127.0.0.1:{port}", JALON_LOG_FORMAT="json"),
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        until, pause = time.monotonic() + 60, threading.Event()
        while time.monotonic() < until and web.poll() is None:
            if subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0:
                break
            pause.wait(0.2)
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 200
    finally:
        web.terminate()
        _told, errors = web.communicate(timeout=60)
    assert web.returncode == 0, errors


def test_nginx_reads_its_example(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for name in ("web:8000", "prefect-1:4200", "prefect-2:4200"):
        assert f"server {name} " in text
        text = text.replace(f"server {name} ", "server 127.0.0.1:9 ")
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")

    done = subprocess.run([program("nginx", "nginx"), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
                          capture_output=True, text=True)  # fmt: skip

    assert done.returncode == 0, done.stderr
