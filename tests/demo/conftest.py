"""One tiny demo corpus that the tests share."""

import pytest

from emotrace.demo import write_demo_corpus


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory):
    """Two recordings of 2 s and their progress lines."""
    root = tmp_path_factory.mktemp("demo")
    lines = []

    def tell(done, total, what):
        lines.append(f"{what} ({done} of {total})")

    write_demo_corpus(root, train=1, development=1, test=0, duration_s=2, seed=3, progress=tell)
    return root, lines
