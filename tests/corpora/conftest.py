"""Fixtures of the corpora's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_writers import avec2016


@pytest.fixture
def write_avec() -> Callable[..., Path]:
    """Lay out a small AVEC 2016 corpus: two recordings a partition, test without labels."""
    return avec2016.write
