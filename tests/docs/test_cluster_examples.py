"""The files of docs/cluster can be used as they are: schemas, commands, settings, and what refers to what."""

from __future__ import annotations

import configparser
import importlib
import os
import re
import shlex
import shutil
import ssl
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import dask
import kubernetes_validate
import pytest
import typer
import yaml

from pipelines.cli import app
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.raw.raw_store import RawStore
from pipelines.raw.shared_contents import content_key
from pipelines.spreading import cluster
from pipelines.spreading.node import _SETTINGS
from pipelines.spreading.nodes import PATIENCE_SECONDS
from pipelines.warehouse.shard_reading import BYTES_PER_SHARD, FILES_PER_SHARD
from tests.projects import ROOT

FOLDER = ROOT / "docs" / "cluster"
PAGE = ROOT / "docs" / "cluster.md"
UNITS = sorted((FOLDER / "systemd").glob("*.service"))
TIMERS = sorted((FOLDER / "systemd").glob("*.timer"))
ENVIRONMENT = FOLDER / "systemd" / "cluster.env"
# The oldest of those that Kubernetes still mends at the time, and the newest that the schemas are there for.
KUBERNETES = ("1.33", kubernetes_validate.latest_version())
ROLES = {"scheduler": "scheduler", "node": "worker", "run": "client"}
_GONGKAI = re.compile(r"(?:^|/|[ ])(gongkai (?:node|run)\b[^|&;`#\n]*)")
_SETTING = re.compile(r"\b(?:GONGKAI|DASK|AWS)_[A-Z0-9_]*[A-Z0-9]\b")


def unit(path: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]  # names are told apart by case
    found.read_string(path.read_text(encoding="utf-8"))
    return found


@cache
def documents() -> tuple[dict[str, Any], ...]:
    paths = sorted((FOLDER / "kubernetes").glob("*.yaml"))
    return tuple(each for path in paths for each in yaml.safe_load_all(path.read_text(encoding="utf-8")))


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in documents() if each["kind"] == kind]


def pods() -> dict[str, dict[str, Any]]:
    """Return the template of every pod by its component."""
    templates = [each["spec"]["template"] for each in of_kind("Deployment")]
    templates += [each["spec"]["jobTemplate"]["spec"]["template"] for each in of_kind("CronJob")]
    return {each["metadata"]["labels"]["app.kubernetes.io/component"]: each for each in templates}


def container(component: str) -> dict[str, Any]:
    (found,) = pods()[component]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


def command_of(component: str) -> str:
    """Return the command line of a pod; the image's entry point is gongkai."""
    found = container(component)
    if "command" in found:
        (line,) = _GONGKAI.findall(found["command"][-1])
        return str(line)
    return shlex.join(["gongkai", *found["args"]])


def settings_of_pods() -> dict[str, str]:
    (found,) = of_kind("ConfigMap")
    return dict(found["data"])


def settings_of_units() -> dict[str, str]:
    lines = ENVIRONMENT.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    """Return the command that a line calls and what it is given. Raises where the command line refuses it."""
    words = shlex.split(line)
    assert Path(words[0]).name == "gongkai"
    group: Any = typer.main.get_command(app)
    command = group.get_command(group.make_context("gongkai", [], resilient_parsing=True), words[1])
    if command is None:
        raise KeyError(words[1])
    return words[1], dict(command.make_context(words[1], words[2:]).params)


def commands() -> dict[str, str]:
    found = {path.name: unit(path)["Service"]["ExecStart"] for path in UNITS}
    found |= {f"pod {component}": command_of(component) for component in pods()}
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in _GONGKAI.findall(block)]
    return found | {f"page {number}": line.strip() for number, line in enumerate(lines)}


@pytest.mark.parametrize("line", commands().values(), ids=commands())
def test_commands_are_accepted(line: str) -> None:
    name, given = parsed(line)
    assert name in ("node", "run")
    assert name == "run" or not given["address"] or given["address"].startswith(("tls://", "tcp://127.0.0.1"))


def test_a_command_that_there_is_not_is_noticed() -> None:
    with pytest.raises(Exception, match="No such option"):
        parsed("gongkai node tls://host:8786 --threads 4")


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_units_are_what_they_should_be(path: Path) -> None:
    found = unit(path)
    service = found["Service"]
    assert found["Unit"]["Description"] and service["User"] == "gongkai"
    assert service["EnvironmentFile"] == f"/etc/gongkai/{ENVIRONMENT.name}"
    assert Path(service["WorkingDirectory"]) in Path(shlex.split(service["ExecStart"])[0]).parents
    assert service["NoNewPrivileges"] == "true" and service["ProtectSystem"] == "strict"
    if path.name == "gongkai-run.service":
        # Begun by its timer; a run that quarantined files has published.
        assert (
            service["KillMode"] == "mixed"
            and service["Type"] == "oneshot"
            and service["SuccessExitStatus"] == "3"
            and "Install" not in found
        )
    else:
        assert service["Restart"] == "always" and found["Install"]["WantedBy"] == "multi-user.target"
        assert found["Unit"]["StartLimitIntervalSec"] == "0", "a node waits for its network for ever"


def test_the_scratch_of_a_node_lies_where_it_may_write() -> None:
    service = unit(FOLDER / "systemd" / "gongkai-node.service")["Service"]
    _, given = parsed(service["ExecStart"])
    assert given["scratch"].parent == Path("/var/cache") / service["CacheDirectory"]
    mounts = {each["name"]: each["mountPath"] for each in container("node")["volumeMounts"]}
    (limit,) = [
        each["emptyDir"]["sizeLimit"] for each in pods()["node"]["spec"]["volumes"] if each["name"] == "scratch"
    ]
    _, given = parsed(command_of("node"))
    # Its lock lies beside it.
    assert given["scratch"].parent == Path(mounts["scratch"]) and limit == "4Gi"
    assert str(given["workers"]) == container("node")["resources"]["requests"]["cpu"]


def test_a_node_that_is_told_to_end_may_read_to_the_end() -> None:
    service = unit(FOLDER / "systemd" / "gongkai-node.service")["Service"]
    # The signal is for the node alone: its pool goes on.
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) == pods()["node"]["spec"]["terminationGracePeriodSeconds"] == 180


def test_each_timer_begins_a_unit() -> None:
    assert [path.stem for path in TIMERS] == ["gongkai-run"]
    for path in TIMERS:
        assert path.with_suffix(".service") in UNITS and unit(path)["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for path in (*UNITS, *TIMERS):
        text = path.read_text(encoding="utf-8").replace("/opt/gongkai/.venv/bin/gongkai", shutil.which("true") or "")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_accepts_the_manifests(version: str) -> None:
    found = documents()
    assert {each["kind"] for each in found} == {
        "ConfigMap", "CronJob", "Deployment", "NetworkPolicy", "PersistentVolumeClaim", "Service",
    }  # fmt: skip
    for each in found:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_manifest_with_a_field_that_there_is_not_is_noticed() -> None:
    (made,) = of_kind("CronJob")
    made["spec"]["concurrency"] = "Forbid"
    with pytest.raises(kubernetes_validate.ValidationError, match="concurrency"):
        kubernetes_validate.validate(made, KUBERNETES[0], strict=True)


def test_manifests_refer_to_what_there_is() -> None:
    (service,) = of_kind("Service")
    (port,) = service["spec"]["ports"]
    address = f"tls://{service['metadata']['name']}:{port['port']}"
    assert settings_of_pods()["GONGKAI_CLUSTER"] == address
    _, given = parsed(command_of("scheduler"))
    (listening,) = container("scheduler")["ports"]
    assert given["address"].endswith(f":{listening['containerPort']}") and listening["name"] == port["targetPort"]
    assert service["spec"]["selector"] == pods()["scheduler"]["metadata"]["labels"]
    for each in of_kind("Deployment"):
        assert each["spec"]["selector"]["matchLabels"] == each["spec"]["template"]["metadata"]["labels"]
    (claim,) = of_kind("PersistentVolumeClaim")
    claims = [each["persistentVolumeClaim"]["claimName"] for each in volumes("run") if "persistentVolumeClaim" in each]
    assert claims == [claim["metadata"]["name"]]
    for each in of_kind("NetworkPolicy"):
        assert each["spec"]["podSelector"]["matchLabels"] in [pod["metadata"]["labels"] for pod in pods().values()]


def volumes(component: str) -> list[dict[str, Any]]:
    return list(pods()[component]["spec"]["volumes"])


@pytest.mark.parametrize(("component", "role"), ROLES.items())
def test_pods_have_the_certificates_of_their_role_and_no_others(component: str, role: str) -> None:
    mounts = {each["name"]: each["mountPath"] for each in container(component)["volumeMounts"]}
    (secret,) = [each["secret"] for each in volumes(component) if "secret" in each]
    given = {f"{mounts['pki']}/{item['path']}" for item in secret["items"]}
    told = settings_of_pods()
    named = [name for name in told if name.endswith("CA_FILE") or f"__{role.upper()}__" in name]
    assert given == {told[name] for name in named} and len(given) == 3
    assert set(mounts) == {each["name"] for each in volumes(component)}


@pytest.mark.parametrize("component", ROLES)
def test_pods_are_nobody_and_bounded(component: str) -> None:
    spec, found = pods()[component]["spec"], container(component)
    assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0
    assert found["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert set(found["resources"]["requests"]) == {"cpu", "memory"} and "memory" in found["resources"]["limits"]
    assert all("sizeLimit" in each["emptyDir"] for each in volumes(component) if "emptyDir" in each)
    assert spec["automountServiceAccountToken"] is False


def test_all_pods_have_one_image_and_the_user_that_it_makes() -> None:
    assert len({container(component)["image"] for component in ROLES}) == 1
    users = {pods()[component]["spec"]["securityContext"]["runAsUser"] for component in ROLES}
    assert {str(user) for user in users} == set(re.findall(r"--uid (\d+)", dockerfile()))


def dockerfile() -> str:
    return (FOLDER / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_is_made_with_targets_that_there_are() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    (line,) = re.findall(r"&& make ([a-z -]+)", dockerfile())
    assert {"install", "install-store", "install-cluster"} == set(line.split()) <= targets
    assert 'ENTRYPOINT ["gongkai"]' in dockerfile()
    left_out = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "data/raw", "data/warehouse"} <= set(left_out)


def is_setting(name: str) -> bool:
    """Tell whether something reads a variable of the environment."""
    if name.startswith("DASK_"):
        importlib.import_module("distributed")  # whose settings those of dask are from then on
        key = name.removeprefix("DASK_").lower().replace("__", ".").replace("_", "-")
        try:
            dask.config.get(key)
        except KeyError:
            return False
        return True
    if name.startswith("AWS_"):
        return f"`{name}" in (ROOT / "docs" / "object-store.md").read_text(encoding="utf-8")
    sources = [*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "assets").glob("*.py")]
    return any(f'"{name}"' in path.read_text(encoding="utf-8") for path in sources)


def named_settings() -> set[str]:
    files = [PAGE, *(path for path in FOLDER.rglob("*") if path.is_file())]
    return {name for path in files for name in _SETTING.findall(path.read_text(encoding="utf-8"))}


# Of the page on PostgreSQL.
@pytest.mark.parametrize("name", sorted(named_settings() - {"GONGKAI_DATABASE"}))
def test_settings_exist(name: str) -> None:
    assert is_setting(name)


def test_a_setting_that_there_is_not_is_noticed() -> None:
    assert not is_setting("DASK_DISTRIBUTED__COMM__TLS__NODE__CERT")
    assert not is_setting("GONGKAI_CLUSTERS") and not is_setting("AWS_KEY")


def test_units_and_pods_have_the_same_settings() -> None:
    keys = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # of pods in a secret
    assert set(settings_of_units()) - keys == set(settings_of_pods())
    assert not any(settings_of_units()[name] for name in keys), "an example holds no key"


def test_paths_of_the_page_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert links
    for link in links:
        if link != "postgres.md":
            assert (PAGE.parent / link).exists(), link
    named = {Path(link).name for link in links}
    assert {path.name for path in FOLDER.iterdir()} <= named


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_certificates_of_the_page_are_made_as_shown(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    subprocess.run(["sh", "-e", "-c", block], cwd=tmp_path, capture_output=True, check=True)
    told = settings_of_units()
    for role in ROLES.values():
        names = [f"DASK_DISTRIBUTED__COMM__TLS__{role.upper()}__{kind}" for kind in ("CERT", "KEY")]
        certificate, key = (tmp_path / Path(told[name]).name for name in names)
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        context.load_cert_chain(certificate, key)
        verify = ["openssl", "verify", "-CAfile", "ca.pem", certificate.name]
        assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_files_of_crawls_have_the_same_names_in_a_storage(tmp_path: Path) -> None:
    sha256 = "ab" * 32
    here = RawStore(tmp_path).path(sha256).relative_to(tmp_path)
    assert here.parts[0] == "objects"
    assert content_key(sha256) == "/".join(("raw", *here.parts[1:]))
    assert "data/raw/objects s3://bucket/prefix/raw" in PAGE.read_text(encoding="utf-8")


def test_figures_of_the_page_are_those_of_the_code() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"up to {FILES_PER_SHARD:,} files, {BYTES_PER_SHARD // 2**20} MB" in text
    assert f"a batch of {len(SCHEMAS)} objects and a manifest" in text
    assert f"the coordinator {PATIENCE_SECONDS / 60:.0f} minutes" in text
    assert f"{cluster._MOST_TRIES} times in all" in text
    assert "after 60 s" in text and _SETTINGS["distributed.scheduler.worker-ttl"] == "60s"
    assert "a shard that ends two nodes" in text and cluster._MOST_DEATHS == 2
