"""Which windows there are, what is in them, and in which order they come."""

import numpy as np
import pytest
import tiny_world
import torch

from emotrace import features
from emotrace.config.declaration import Declaration
from emotrace.errors import ConfigError, DataError
from emotrace.training.batches import TrainingBatches
from emotrace.training.sampler import BatchOrder
from emotrace.training.windows import WindowDataset, window_starts

DECLARATION = tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal", "valence")).declaration


def test_own_windows_end_at_the_step_they_predict():
    declaration = Declaration(inputs={}, context_steps=4, look_ahead_steps=1)
    assert window_starts(7, declaration, None, 3).tolist() == [-4, -1, 2]
    assert window_starts(1, declaration, None, 1).tolist() == [-4]


def test_given_windows_cover_every_step():
    declaration = Declaration(inputs={})
    for steps in range(1, 40):
        starts = window_starts(steps, declaration, 10, 7)
        covered = {step for start in starts for step in range(start, start + 10)}
        assert covered >= set(range(steps))
        assert starts[0] == 0
        assert len(starts) == 1 or starts[-1] + 10 == steps
        assert len(set(starts)) == len(starts)


def test_a_window_is_what_assemble_gives_and_its_targets():
    recording = tiny_world.TinyRecording(0)
    windows = WindowDataset([recording], DECLARATION, 2)
    assert len(windows) == tiny_world.STEPS
    inputs, target = windows[10]
    expected = features.assemble(DECLARATION, recording, 9, 11)
    assert inputs.keys() == expected.keys()
    for name, values in expected.items():
        assert torch.equal(inputs[name], values)
    np.testing.assert_allclose(target.numpy(), recording.affect[9:11], atol=1e-6)  # float32


def test_steps_outside_have_no_target():
    windows = WindowDataset([tiny_world.TinyRecording(0, steps=5)], DECLARATION, 2, 8)
    assert len(windows) == 1
    inputs, target = windows[0]
    assert inputs["face"].shape == (8, 3, 8, 8)
    assert torch.isnan(target).all(dim=1).tolist() == [False] * 5 + [True] * 3
    _, target = WindowDataset([tiny_world.TinyRecording(0)], DECLARATION, 2)[0]
    assert torch.isnan(target).all(dim=1).tolist() == [True, False]


class HalfRated(tiny_world.TinyRecording):
    """Rated up to step 20."""

    @property
    def affect(self):
        values = np.ones((self.steps, 2))
        values[20:] = np.nan
        return values


def test_windows_without_a_rated_step_are_left_out():
    windows = WindowDataset([HalfRated(0), tiny_world.TinyRecording(1, rated=False)], DECLARATION, 2)
    assert len(windows) == 21  # steps 0 to 19, and 20 with 19 before it
    assert set(windows.owner) == {0}
    for window in range(len(windows)):
        assert torch.isfinite(windows[window][1]).any()


def test_classes_are_known_in_every_step():
    clip = tiny_world.TinyRecording(1, classes=tiny_world.CLASSES)
    declaration = DECLARATION.model_copy(update={"predicts": "class"})
    _, target = WindowDataset([clip], declaration, 2, 10)[0]
    assert target.tolist() == [[1.0]] * 10


@pytest.mark.parametrize(("windows", "batch_size"), [(10, 3), (3, 7), (8, 8)])
def test_every_pass_shows_every_window_once(windows, batch_size):
    order = BatchOrder(windows, batch_size, seed=1, stage="joint")
    seen = [number for step in range(windows) for number in order.batch(step)]
    passes = [seen[i : i + windows] for i in range(0, len(seen), windows)]
    assert len(passes) == batch_size
    for shuffled in passes:
        assert sorted(shuffled) == list(range(windows))
    assert len({tuple(shuffled) for shuffled in passes}) > 1


def test_a_batch_depends_on_seed_stage_and_step_alone():
    one, other = (BatchOrder(50, 8, seed=1, stage="joint") for _ in range(2))
    other.batch(30)
    assert [one.batch(step) for step in range(20)] == list(other.from_step(0, 20))
    assert one.batch(3) != BatchOrder(50, 8, seed=2, stage="joint").batch(3)
    assert one.batch(3) != BatchOrder(50, 8, seed=1, stage="fusion").batch(3)


def test_processes_share_a_batch_out():
    whole = BatchOrder(50, 8, seed=1, stage="joint").batch(3)
    shares = [BatchOrder(50, 8, seed=1, stage="joint", rank=r, world_size=2).batch(3) for r in range(2)]
    assert sorted(shares[0] + shares[1]) == sorted(whole)
    assert [len(share) for share in shares] == [4, 4]
    with pytest.raises(ConfigError, match=r"batch_size is 8, which 3 processes cannot share equally"):
        BatchOrder(50, 8, seed=1, stage="joint", world_size=3)


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_stop_at_every_validation_and_can_begin_anywhere(workers):
    windows = WindowDataset([tiny_world.TinyRecording(0)], DECLARATION, 2)
    order = BatchOrder(len(windows), 4, seed=0, stage="joint")
    step = 0
    batches = TrainingBatches(windows, order, lambda: step, steps=10, every=4, workers=workers)
    seen = []
    for expected in (4, 4, 2):
        round_ = [target for _, target in batches]
        assert len(round_) == expected
        step += expected
        seen += round_
    step = 4
    again = [target for _, target in batches]
    assert torch.equal(torch.stack(again).nan_to_num(), torch.stack(seen[4:8]).nan_to_num())
    wanted = torch.stack([windows[number][1] for number in order.batch(4)])
    assert torch.equal(again[0].nan_to_num(), wanted.nan_to_num())
    assert 0 <= batches.wait_share() <= 1
    batches.close()


class Damaged(tiny_world.TinyRecording):
    """Its sound cannot be read."""

    def track(self, name):
        raise DataError(f"{self.name}: is damaged")


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_of_a_worker_keeps_its_one_sentence(workers):
    windows = WindowDataset([Damaged(0)], DECLARATION, 2)
    order = BatchOrder(len(windows), 4, seed=0, stage="joint")
    batches = TrainingBatches(windows, order, lambda: 0, steps=2, every=2, workers=workers)
    with pytest.raises(DataError, match=r"^r0: is damaged$"):
        next(iter(batches))
    batches.close()
