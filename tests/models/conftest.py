"""One thread for these tests: on tiny tensors several threads only wait for each other."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).parent))  # for torchvision_names


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)
