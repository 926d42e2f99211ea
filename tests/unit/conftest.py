"""The cores without Odoo: each addon becomes a bare package, so that its `__init__`, which imports models, never runs."""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"

for core in ADDONS.glob("*/core/__init__.py"):
    name = core.parents[1].name
    if name not in sys.modules:
        bare = types.ModuleType(name)
        bare.__path__ = [str(core.parents[1])]
        sys.modules[name] = bare

# What tests of several addons ask, beside them.
sys.path.insert(0, str(Path(__file__).parent))
