"""Let the tests of the house import their reader of sources."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
