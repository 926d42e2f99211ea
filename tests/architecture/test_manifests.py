"""Every addon says who it is, and everything it names is there."""

import ast
import re

import pytest
from source import ADDONS, ROOT, list_addons

VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")


@pytest.fixture(params=list_addons())
def addon(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read_manifest(addon: str) -> dict[str, object]:
    manifest: dict[str, object] = ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text(encoding="utf-8"))
    return manifest


def test_manifest_is_complete(addon: str) -> None:
    manifest = read_manifest(addon)
    assert VERSION.fullmatch(str(manifest["version"]))
    assert manifest["license"] == "LGPL-3"
    assert manifest["name"]
    assert manifest["summary"]
    assert (ADDONS / addon / "README.md").exists()


def test_named_files_exist(addon: str) -> None:
    manifest = read_manifest(addon)
    named = [*manifest.get("data", []), *manifest.get("demo", [])]  # type: ignore[misc]
    missing = [name for name in named if not (ADDONS / addon / name).exists()]
    assert not missing


def test_every_data_file_is_named(addon: str) -> None:
    manifest = read_manifest(addon)
    named = {*manifest.get("data", []), *manifest.get("demo", [])}  # type: ignore[misc]
    folders = ("views", "security", "data", "wizard", "report")
    present = {
        str(path.relative_to(ADDONS / addon))
        for folder in folders
        for pattern in ("*.xml", "ir.*.csv")
        for path in (ADDONS / addon / folder).rglob(pattern)
    }
    assert not present - named


def test_python_packages_are_locked(addon: str) -> None:
    locked = (ROOT / "requirements.lock").read_text().lower() + (ROOT / "requirements-signing.lock").read_text().lower()
    wanted = read_manifest(addon).get("external_dependencies", {}).get("python", [])  # type: ignore[attr-defined]
    assert not [name for name in wanted if f"{name.lower()}==" not in locked]
