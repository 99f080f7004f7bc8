"""Crop and colours of faces: the centre in evaluation, one draw for a whole sequence in training."""

import pytest
import torch

from emotrace.models.layers.face_jitter import FaceJitter


@pytest.fixture
def faces():
    torch.manual_seed(20214)
    return torch.rand(4, 3, 3, 20, 20) * 2 - 1


@pytest.mark.parametrize(("side", "size", "left"), [(110, 96, 7), (55, 48, 3), (20, 20, 0)])
def test_in_evaluation_it_is_the_centre(side, size, left):
    images = torch.rand(1, 2, 3, side, side)
    cropped = FaceJitter(size, 0.5, 0.5).eval()(images, torch.zeros(1, 2, dtype=torch.bool))
    assert torch.equal(cropped, images[..., left : left + size, left : left + size])


def test_a_crop_of_training_is_a_piece_of_the_face_and_the_same_for_a_sequence(faces):
    jitter, places = FaceJitter(17, 0.0, 0.0), set()
    for _ in range(60):
        cropped = jitter(faces)
        assert cropped.shape == (4, 3, 3, 17, 17)
        for sequence in range(4):
            found = [
                (top, left)
                for top in range(4)
                for left in range(4)
                if torch.allclose(
                    cropped[sequence], faces[sequence, ..., top : top + 17, left : left + 17], atol=1e-6
                )
            ]
            assert len(found) == 1
            places.add(found[0])
    assert len(places) == 16  # every corner comes up, the last ones too


def test_colours_are_drawn_once_per_sequence():
    pixel = torch.tensor([0.5, -0.1, -0.3])
    faces = pixel.view(1, 1, 3, 1, 1).expand(2, 3, 3, 8, 8)
    jittered = FaceJitter(8, 0.1, 0.5)(faces)
    flat = jittered.movedim(2, -1).flatten(1, 3)  # (sequence, place, colour)
    assert torch.equal(flat, flat[:, :1].expand_as(flat))
    assert not torch.allclose(flat[0, 0], flat[1, 0])
    grey = 0.299 * 0.5 + 0.587 * -0.1 + 0.114 * -0.3
    for colour in flat[:, 0]:
        shift = colour @ torch.tensor([0.299, 0.587, 0.114]) - grey  # saturation leaves the grey as it is
        factor = (colour - grey - shift) / (pixel - grey)
        assert abs(shift) <= 0.2  # 0.1 of a range of 2
        torch.testing.assert_close(factor, factor[:1].expand(3), atol=1e-5, rtol=0)
        assert 0.5 <= factor[0] <= 1.5


def test_draws_reach_both_ends_and_stay_in_range(faces):
    torch.manual_seed(3)
    grey = torch.zeros(400, 1, 3, 8, 8)
    shifts = FaceJitter(8, 0.25, 0.5)(grey)[:, 0, 0, 0, 0]
    assert -0.5 <= shifts.min() < -0.48 and 0.48 < shifts.max() <= 0.5
    wild = FaceJitter(20, 1.0, 1.0)(faces)
    assert wild.abs().max() <= 1 and (wild.abs() == 1).any()


def test_missing_faces_stay_zeros(faces):
    found = torch.ones(4, 3, dtype=torch.bool)
    found[1, 2] = False
    faces[1, 2] = 0
    jittered = FaceJitter(17, 0.2, 0.5)(faces, found)
    assert not jittered[1, 2].any() and jittered[1, 1].any()


def test_it_follows_torchs_seed_and_leaves_its_input_alone(faces):
    jitter, before = FaceJitter(17, 0.2, 0.5), faces.clone()
    results = []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        results.append(jitter(faces))
    assert torch.equal(results[0], results[1]) and not torch.equal(results[0], results[2])
    assert torch.equal(faces, before)
