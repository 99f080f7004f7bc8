"""Makes `made_signals` importable to the tests of this folder."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
