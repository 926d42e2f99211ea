"""What the rules look at: the Python files of the addons, read as syntax trees and never imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
LEAVES = ("oa_registry", "oa_signing")
TOP = "oa_docflow"


@dataclass(frozen=True)
class Source:
    path: Path
    addon: str
    layer: str
    """The folder below the addon: core, models, tests …; empty for files of the addon itself."""

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @property
    def tree(self) -> ast.Module:
        return parse(self.path)

    def list_imports(self) -> list[str]:
        """List what is imported as absolute names, with Odoo's prefix for addons taken away."""
        return [name.removeprefix("odoo.addons.") for name in self._walk_imports()]

    def _walk_imports(self) -> Iterator[str]:
        package = self.path.relative_to(ADDONS).with_suffix("").parts
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level] if node.level else ()
                module = ".".join([*base, *([node.module] if node.module else [])])
                yield from (f"{module}.{alias.name}" for alias in node.names)


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def list_addons() -> list[str]:
    return sorted(manifest.parent.name for manifest in ADDONS.glob("*/__manifest__.py"))


@cache
def list_sources(*layers: str) -> tuple[Source, ...]:
    """List the files of the named layers; without names, of all but the tests."""
    found = []
    for addon in list_addons():
        for path in sorted((ADDONS / addon).rglob("*.py")):
            parts = path.relative_to(ADDONS / addon).parts
            layer = parts[0] if len(parts) > 1 else ""
            if layer in layers or (not layers and layer != "tests"):
                found.append(Source(path, addon, layer))
    return tuple(found)


def is_inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)
