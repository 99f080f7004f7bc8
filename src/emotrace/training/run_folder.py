"""The run folder: where things lie in it, and what makes it the run of one recipe and partition."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import yaml

from emotrace.config.base import flat
from emotrace.config.load import dump_recipe
from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError
from emotrace.run_files import RunFiles, read_json
from emotrace.writing import part_of, written_whole

_FIRST_TOLD = ("system", "variant", "preset")
_MOST_TOLD = 6  # differences, in a message
_FREE_TO_CHANGE = ("training.workers", "reported")  # change no number of a run


@contextmanager
def text_written_whole(path: Path) -> Iterator[TextIO]:
    """A text file that appears under `path` whole, or not at all."""
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file


class RunFolder(RunFiles):
    """A run as training writes it: its files, and its facts in ``run.json``."""

    @property
    def subfolders(self) -> tuple[Path, ...]:
        """Folders that a new run has."""
        return self.checkpoints, self.logs

    def last_of(self, stage: str) -> Path:
        """Checkpoint that a stage is resumed from."""
        return self.checkpoints / stage / "last.ckpt"

    def best_of(self, stage: str, is_final: bool) -> Path:
        """Best weights of a stage; those of the final stage are the run's."""
        return self.best if is_final else self.checkpoints / stage / "best.safetensors"

    @property
    def condensed(self) -> Path:
        """Folder of what stages compute once for each recording; gone when the run is done."""
        return self.path / "condensed"

    def facts(self) -> dict[str, Any]:
        """What run.json says.

        Raises
        ------
        CheckpointError
            If it is missing or damaged.
        """
        return read_json(self.run_json)

    def partition(self) -> dict[str, Any]:
        """What partition.json says.

        Raises
        ------
        CheckpointError
            If it is missing or damaged.
        """
        return read_json(self.partition_json)

    def parts(self) -> dict[str, list[str]]:
        """Names of the recordings of each part of the partition.

        Raises
        ------
        CheckpointError
            If partition.json is missing or damaged.
        """
        parts = self.partition().get("parts")
        if not isinstance(parts, dict) or not all(isinstance(names, list) for names in parts.values()):
            raise CheckpointError(
                f"{self.partition_json}: parts is {_short(parts)}; expected the names of the recordings of "
                "each part, train the run again"
            )
        return parts

    def recipe(self) -> dict[str, Any]:
        """The resolved recipe as plain values.

        Raises
        ------
        CheckpointError
            If recipe.yaml is missing or damaged.
        """
        try:
            values = yaml.safe_load(self.recipe_yaml.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            raise CheckpointError(
                f"{self.recipe_yaml}: not readable ({_first_line(error)}); train the run again"
            ) from error
        return values if isinstance(values, dict) else {}

    def update(self, **facts: Any) -> None:
        """Change some facts in run.json."""
        with text_written_whole(self.run_json) as file:
            json.dump({**self.facts(), **facts}, file, indent=2)

    def start(self, recipe: Recipe, facts: Mapping[str, Any], partition: Mapping[str, Any]) -> None:
        """Make the folder of a new run; run.json, written last, makes it one.

        Raises
        ------
        CheckpointError
            If the folder holds other files.
        """
        if self.path.is_dir() and any(self.path.iterdir()):
            if not self._is_unborn():
                raise CheckpointError(
                    f"{self.path}: is not empty and no run; expected a new folder or that "
                    "of a run, name another"
                )
        elif self.path.exists() and not self.path.is_dir():
            raise CheckpointError(f"{self.path}: is a file; expected a folder for the run, name another")
        for folder in (self.path, *self.subfolders):
            folder.mkdir(parents=True, exist_ok=True)
        with text_written_whole(self.recipe_yaml) as file:
            file.write(dump_recipe(recipe))
        with text_written_whole(self.partition_json) as file:
            json.dump(partition, file, indent=2)
        with text_written_whole(self.run_json) as file:
            json.dump(facts, file, indent=2)

    def _is_unborn(self) -> bool:
        """Whether a run was killed while its folder was made."""
        files = (self.recipe_yaml, self.partition_json, self.run_json)
        ours = {file.name for file in (*files, *map(part_of, files), self.checkpoints, self.logs)}
        found = {entry.name for entry in self.path.iterdir()}
        return found <= ours and not any(self.checkpoints.rglob("*.*"))

    def check_same(self, recipe: Recipe, partition: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Refuse to go on with another recipe, partition or corpus than the run was started with.

        Raises
        ------
        CheckpointError
            Naming the keys that differ.
        """
        new, old = flat(recipe.model_dump(mode="json")), flat(_with_defaults(self.recipe()))
        differing = [
            f"{key} is {new.get(key)!r} but was {old.get(key)!r}"
            for key in sorted(new.keys() | old.keys(), key=lambda key: (key not in _FIRST_TOLD, key))
            if new.get(key) != old.get(key) and not key.startswith(_FREE_TO_CHANGE)
        ]
        unknown = {"media": partition.get("media")}  # runs that were begun before do not say
        before = {**unknown, **self.partition(), **_compared(self.facts())}
        for key, value in {**partition, **_compared(facts)}.items():
            if value != before.get(key):
                differing.append(f"{key} is {_short(value)} but was {_short(before.get(key))}")
        if len(differing) > _MOST_TOLD:
            differing[_MOST_TOLD:] = [f"and {len(differing) - _MOST_TOLD} differences more"]
        if differing:
            raise CheckpointError(
                f"{self.path}: is the run of another recipe or partition: {'; '.join(differing)}; use "
                "the same to resume, or another folder"
            )


def _compared(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that must be the same to go on; files of weights may have been renamed."""
    weights = facts.get("weights") or {}
    if isinstance(weights, dict):  # else damaged, and so not the same
        weights = {
            part: str(file.get("sha256"))[:16] if isinstance(file, dict) else file
            for part, file in weights.items()
        }
    return {"corpus": facts.get("corpus"), "labels": facts.get("labels"), "weights": weights}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON gives them back: tuples as lists, keys as text."""
    return json.loads(json.dumps(values))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _with_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """A recipe with the fields that an older emotrace did not know; as it is where it is damaged."""
    try:
        return Recipe.model_validate(values).model_dump(mode="json")
    except ValueError:
        return values
