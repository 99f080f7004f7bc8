"""Examples: inputs are read when they are asked for, and only small ones are kept."""

import torch

from emotrace.models.example import Example, LazyInputs

STEPS = 6


def lazy(monkeypatch, kept_bytes: int):
    monkeypatch.setattr("emotrace.models.example.KEPT_BYTES", kept_bytes)
    asked = []

    def read(name, first, last):
        asked.append(name)
        values = torch.arange(first, last).float()[:, None] + (100 if name == "face" else 0)
        return values, torch.arange(first, last) != 2

    return LazyInputs(["voice", "face"], STEPS, read), asked


def test_inputs_are_a_mapping_of_values_and_masks(monkeypatch):
    inputs, asked = lazy(monkeypatch, 1000)
    assert list(inputs) == ["voice", "voice_mask", "face", "face_mask"] and len(inputs) == 4
    assert "face" in inputs and "body" not in inputs and inputs.get("body") is None and asked == []
    assert {key: value.dtype for key, value in inputs.items()} == {
        "voice": torch.float32, "voice_mask": torch.bool, "face": torch.float32, "face_mask": torch.bool,
    }  # fmt: skip
    assert (
        inputs["face"][3].item() == 103 and inputs["voice_mask"].tolist() == [True] * 2 + [False] + [True] * 3
    )
    assert sorted(asked) == ["face", "voice"]  # each once


def test_wide_inputs_are_not_kept_but_masks_are(monkeypatch):
    inputs, asked = lazy(monkeypatch, 4 * STEPS - 1)
    for _ in range(2):
        assert inputs["face"].shape == (STEPS, 1)
    assert asked == ["face", "face"]
    assert inputs["face_mask"].sum() == STEPS - 1
    assert asked == ["face", "face"]


def test_rows_are_alike_lazy_or_not_and_pieces_without_any_are_left_out(monkeypatch):
    monkeypatch.setattr("emotrace.models.example.AT_ONCE", 2)
    inputs, _ = lazy(monkeypatch, 1000)
    mask = torch.tensor([True, True, False, False, True, False])
    inputs.read = lambda name, first, last: (torch.arange(first, last).float()[:, None], mask[first:last])
    plain = {"voice": torch.arange(STEPS).float()[:, None], "voice_mask": mask}
    for given in (inputs, plain):
        example = Example("clip", "Ann", given, torch.zeros(STEPS, 1))
        assert [rows.flatten().tolist() for rows in example.rows("voice")] == [[0, 1], [4]]
        assert [rows.flatten().tolist() for rows in example.rows("voice", 4)] == [[0, 4]]
