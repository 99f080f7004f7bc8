"""Fixtures that every test may use: a seeded generator, and the real data beside the checkout."""

import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side; threads that fight are slower

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def rng() -> np.random.Generator:
    """The one seeded generator of the tests."""
    return np.random.default_rng(20201)


@pytest.fixture
def shared_data() -> Path:
    """Folder of real clips and corpora; the test is skipped, visibly, where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data (../shared/data) is not beside this checkout")
    return SHARED_DATA
