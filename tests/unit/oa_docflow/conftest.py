"""The core without Odoo: `oa_docflow` is put in place as a bare package, its `__init__` (which imports models) is not run."""

import sys
import types
from pathlib import Path

ADDON = Path(__file__).resolve().parents[3] / "addons" / "oa_docflow"

if "oa_docflow" not in sys.modules:
    bare = types.ModuleType("oa_docflow")
    bare.__path__ = [str(ADDON)]
    sys.modules["oa_docflow"] = bare

# The samples beside the tests.
sys.path.insert(0, str(Path(__file__).parent))
