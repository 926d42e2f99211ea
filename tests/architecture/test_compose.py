"""The container path cannot be started here, so its promises are read from the file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from source import ROOT

COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose() -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_file_fits_the_compose_specification() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([tool, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_nothing_listens_outside_loopback(compose) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_every_lasting_service_has_a_health_check(compose) -> None:
    lasting = {name: service for name, service in compose["services"].items() if service.get("restart")}
    assert {"db", "odoo", "proxy", "pki", "signing"} <= set(lasting)
    assert not [name for name, service in lasting.items() if "healthcheck" not in service]


def test_secrets_come_from_files(compose) -> None:
    assert all("file" in secret for secret in compose["secrets"].values())
    told = [str(service.get("environment", {})) for service in compose["services"].values()]
    assert not [words for words in told if "PASSWORD'" in words]


def test_volumes_have_names_and_files_exist(compose) -> None:
    assert compose["volumes"]
    mounts = [str(mount) for service in compose["services"].values() for mount in service.get("volumes", [])]
    sources = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert not [source for source in sources if not (ROOT / source).exists()]


def test_containers_start_every_service_that_the_launcher_starts(compose) -> None:
    start = (ROOT / "config/compose/start").read_text()
    launcher = (ROOT / "tools/launcher/services.py").read_text()
    for constant in re.findall(r"^[A-Z_]+ = places\.\w+ / \"(?:[\w./]*/)?(\w+\.py)\"", launcher, re.MULTILINE):
        assert constant in start, constant
    for kind in re.findall(r"str\(SIGNING_SERVE\), \"(\w+)\"", launcher):
        assert f"serve.py {kind} --socket" in start, kind
        assert f"{kind}.sock" in str(compose["services"]["signing"]["healthcheck"]), kind


def test_remote_keys_are_where_odoo_and_the_health_check_look_for_them(compose) -> None:
    (port,) = re.findall(r"keep_keys\.py .*--port (\d+)", (ROOT / "config/compose/start").read_text())
    assert all(compose["services"][name]["environment"]["OA_REMOTE_URL"] == f"http://127.0.0.1:{port}" for name in ("odoo", "init"))
    assert f"/{port}" in str(compose["services"]["pki"]["healthcheck"])
    # They listen on loopback only, so whoever asks them has to share the network.
    assert compose["services"]["signing"]["network_mode"] == compose["services"]["odoo"]["network_mode"] == "service:pki"
