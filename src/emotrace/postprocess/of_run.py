"""What a run keeps of its post-processing: RUN/postprocess.json, written by training, read by all."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, SerializeAsAny

from emotrace.config.base import Settings, validate
from emotrace.config.postprocess import PostprocessSettings
from emotrace.errors import CheckpointError, ConfigError
from emotrace.postprocess.registry import Fitted, from_dict
from emotrace.run_files import RunFiles, read_json
from emotrace.writing import written_whole

_RATE_SLACK = 1e-6  # share by which two rates may differ and be one
_ADVICE = "remove it and run `emotrace evaluate` on the run, which fits it again"


class _Facts(Settings):
    """What run.json says of post-processing."""

    postprocess: PostprocessSettings | None = None


class RunPostprocess(Settings):
    """The post-processing of a run, and what it was fitted on.

    Parameters
    ----------
    settings : ChainSettings, SmoothingSettings or CalibrationSettings
        What the recipe asks for.
    best : dict or None
        Step and score of the weights whose predictions it was fitted on, as run.json has them.
    recordings : tuple of str
        The development recordings, nothing else.
    before, after : dict of label to float or None
        CCC of those recordings joined, without and with it; None: not defined. Of classes ``nll`` and ``ece``
        of the clips in place of labels. Empty without `fitted`.
    fitted : Postprocessor, Calibration or None
        None: there is none.
    reason : str or None
        Why there is none, or what to beware of in it.
    """

    settings: PostprocessSettings
    best: dict[str, Any] | None
    recordings: tuple[str, ...] = ()
    before: dict[str, float | None] = Field(default_factory=dict)
    after: dict[str, float | None] = Field(default_factory=dict)
    fitted: SerializeAsAny[Fitted] | None = None
    reason: str | None = None

    def belongs(self, facts: Mapping[str, Any]) -> bool:
        """Whether it is of the best weights that the run has now, and of what its recipe asks for.

        Parameters
        ----------
        facts : mapping
            What run.json says.
        """
        return self.best == facts.get("best") and self.settings == wanted(facts)

    def write(self, run: RunFiles) -> None:
        """Write RUN/postprocess.json.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        values = self.model_dump(mode="json", exclude={"fitted"})
        if self.fitted is not None:
            values |= {"in_words": self.fitted.describe(), "fitted": self.fitted.to_dict()}
        with written_whole(run.postprocess_json) as part:
            part.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, run: RunFiles) -> "RunPostprocess | None":
        """Read RUN/postprocess.json; None if there is no such file.

        Raises
        ------
        CheckpointError
            If it is damaged.
        """
        path = run.postprocess_json
        if not path.exists():
            return None
        values = read_json(path, ("settings", "best"), _ADVICE)
        values.pop("in_words", None)
        try:
            if values.get("fitted") is not None:
                values["fitted"] = from_dict(values["fitted"], f"{path}: fitted")
            return validate(cls, values, str(path))
        except ConfigError as error:
            raise CheckpointError(f"{error}; {_ADVICE}") from error

    @classmethod
    def current(cls, run: RunFiles, facts: Mapping[str, Any]) -> "RunPostprocess | None":
        """That of the best weights the run has now; None if it is not fitted yet, or none is asked for.

        Parameters
        ----------
        run : RunFiles
        facts : mapping
            What run.json says.

        Raises
        ------
        CheckpointError
            If RUN/postprocess.json is damaged, or run.json asks for what there is not.
        """
        if wanted(facts, run.run_json) is None:
            return None
        kept = cls.read(run)
        return kept if kept is not None and kept.belongs(facts) else None


def refuse_unfit(fitted: Fitted, step_s: float, labels: Sequence[str], where: str) -> None:
    """Refuse post-processing that was tuned on other steps or labels than a model gives.

    Parameters
    ----------
    fitted : Postprocessor or Calibration
    step_s : float, s
        Of the model.
    labels : sequence of str
        Of the model, in the order of its columns.
    where : str
        The checkpoint or model, for the message.

    Raises
    ------
    CheckpointError
        If its windows and shifts would last another time, or it would do to a label what suits another.
    """
    rate = 1 / step_s
    advice = "remove postprocess.json and evaluate the run again, or load the checkpoint alone"
    if abs(fitted.fps / rate - 1) > _RATE_SLACK:
        raise CheckpointError(
            f"{where}: its post-processing was tuned on {fitted.fps:g} steps per second, and the model gives "
            f"{rate:g}; expected the same, {advice}"
        )
    if tuple(fitted.labels) != tuple(labels):
        raise CheckpointError(
            f"{where}: its post-processing was tuned on {', '.join(map(str, fitted.labels))}, and the model "
            f"gives {', '.join(labels)}; expected the same, {advice}"
        )


def wanted(facts: Mapping[str, Any], where: Path | str = "run.json") -> PostprocessSettings | None:
    """What the recipe of a run asks for, by its run.json; None: no post-processing.

    Parameters
    ----------
    facts : mapping
    where : path or str
        For the message.

    Raises
    ------
    CheckpointError
        If it is of no known kind.

    Examples
    --------
    >>> wanted({"postprocess": {"kind": "chain"}})
    ChainSettings(kind='chain', search='joint')
    """
    try:
        return validate(_Facts, {"postprocess": facts.get("postprocess")}, str(where)).postprocess
    except ConfigError as error:
        raise CheckpointError(f"{error}; put back what `emotrace train` wrote") from error
