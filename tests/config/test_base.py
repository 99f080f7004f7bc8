"""Settings: equal ones have equal digests; wrong values are told key by key."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from emotrace.config.base import Settings, validate
from emotrace.errors import ConfigError


class Inner(Settings):
    number: int = 1


class Outer(Settings):
    name: str
    one: Inner | None = None
    many: tuple[Inner, ...] = ()


def test_equal_settings_have_equal_digests():
    assert Outer(name="a", one=Inner()).digest() == Outer(one={"number": 1}, name="a").digest()
    assert Outer(name="a").digest() != Outer(name="b").digest()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "^file: key 'name' is missing$"),
        ({"name": "a", "nam": 1}, "^file: unknown key 'nam', expected one of: many, name, one$"),
        ({"name": "a", "one": {"n": 1}}, "^file: unknown key 'one.n', expected one of: number$"),
        ({"name": "a", "many": [{}, {"n": 1}]}, "^file: unknown key 'many.1.n', expected one of: number$"),
        ({"name": "a", "one": {"number": "x"}}, "^file: one.number is 'x': Input should be a valid integer"),
        ({"name": 1, "x": 2}, "^file: name is 1: Input should be a valid string; unknown key 'x'"),
        ({"name": "a", "one": 5}, "^file: one is 5: expected keys of its own: number$"),
        ({"name": list(range(100))}, r"^file: name is \[0, 1, .*\.\.\.: Input should be a valid string$"),
    ],
)
def test_wrong_values_are_told(values, message):
    with pytest.raises(ConfigError, match=message) as error:
        validate(Outer, values, "file")
    assert len(str(error.value)) < 150


class Round(Settings):
    kind: Literal["round"] = "round"
    radius: int = 1


class Square(Settings):
    kind: Literal["square"] = "square"
    side: int = 1


class Shapes(Settings):
    best: Annotated[Round | Square, Field(discriminator="kind")] | None = None
    all: tuple[Annotated[Round | Square, Field(discriminator="kind")], ...] = ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"best": {"kind": "square", "radius": 1}},
            "unknown key 'best.radius', expected .* kind, side$",
        ),
        (
            {"best": {"kind": "square", "side": "x"}},
            "^file: best.side is 'x': Input should be a valid integer",
        ),
        ({"all": [{"kind": "square", "n": 1}]}, "unknown key 'all.0.n', expected one of: kind, side$"),
        ({"all": [5]}, r"^file: all\.0 is 5: expected keys of its own: {key: value, \.\.\.}$"),
        ({"best": {"kind": "oval"}}, "^file: best is {'kind': 'oval'}: .*'round', 'square'$"),
    ],
)
def test_of_several_kinds_of_settings_the_chosen_one_is_spoken_of(values, message):
    with pytest.raises(ConfigError, match=message):
        validate(Shapes, values, "file")
