"""The schema of a recipe: system, variant, partition, training, and the paper's numbers."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from emotrace.config.adversarial import AdversarialSettings
from emotrace.config.base import Settings
from emotrace.config.postprocess import PostprocessSettings
from emotrace.delay import LabelDelay


class LossTerm(Settings):
    """One weighted term of the training loss; `kind` is a name in `training.losses`."""

    kind: str
    weight: float = 1.0
    of: str | None = None  # what it speaks of: an input for a reconstruction; for `model` as the model says
    reduction: Literal["sum", "mean"] | None = None  # over the batch; None: mean; not of what is one number
    width: float | None = Field(None, ge=0)  # of tube: errors up to this count nothing; None: 0.05
    class_weights: Literal["balanced"] | None = None  # of cross_entropy: rare classes count as much as others
    label_smoothing: float = Field(
        0.0, ge=0, lt=1
    )  # of cross_entropy: share of a target given to all classes


class Optimiser(Settings):
    """An optimiser and its settings, but for the learning rate; `training.rmsprop_graves` is ours."""

    name: Literal["adam", "adamw", "sgd", "rmsprop_graves"] = "adam"
    betas: tuple[float, float] = (0.9, 0.999)  # of adam and adamw
    momentum: float = Field(0.0, ge=0, lt=1)  # of sgd, and Nesterov's of rmsprop_graves
    half_life_steps: float = Field(14.0, gt=0)  # of the running means of rmsprop_graves
    epsilon: float = Field(1e-8, gt=0)  # of all but sgd, as each of them means it
    weight_decay: float = Field(0.0, ge=0)


class EarlyStopping(Settings):
    """Stop after `patience` validations without a better development score."""

    patience: int = Field(10, ge=1)  # validations
    least_gain: float = Field(0.0, ge=0)


class TrainingSettings(Settings):
    """How a stage is trained."""

    seed: int = 0
    batch_size: int = Field(32, ge=1)  # windows
    window_steps: int | None = Field(None, ge=1)  # None: the window that the model declares
    window_stride_steps: int = Field(1, ge=1)
    steps: int = Field(50_000, ge=0)  # optimiser steps; 0: only what the model finds without gradients
    validate_every: int = Field(1_000, ge=1)  # optimiser steps
    losses: tuple[LossTerm, ...] = (LossTerm(kind="ccc"),)
    adversarial: AdversarialSettings | None = None  # the step of `training.adversarial`; `losses` is [] then
    learning_rate: float = Field(1e-4, gt=0)
    learning_rate_schedule: Literal["constant", "cosine"] = "constant"  # cosine: half a wave down to 0
    warm_up_steps: int = Field(
        0, ge=0
    )  # optimiser steps in which the learning rate rises from 0 to its value
    optimiser: Optimiser = Optimiser()
    clip_gradient: float | None = Field(None, gt=0)  # largest norm
    early_stopping: EarlyStopping | None = None
    workers: int = Field(1, ge=0)  # data loading processes


Part = Annotated[str, Field(pattern=r"^[^.\s]+(\.[^.\s]+)*$")]
"""A module or parameter of a model by its dotted name, with all that lies in it, such as visual.trunk."""


class Stage(Settings):
    """A part of training with its own checkpoints; it starts from what earlier stages learnt.

    `variant` and `model` let it train another model of the system than the recipe's, such as one modality
    with a recurrent layer of its own; the last stage trains the recipe's. What is neither taken over nor
    given by the user starts fresh.
    """

    name: str = Field("joint", pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")  # a folder of the run
    variant: str | None = None  # None: the recipe's
    model: dict[str, Any] = Field(default_factory=dict)  # what differs from the recipe's `model`
    take: tuple[Part, ...] | None = None  # each weight from the latest earlier stage that has it, by name and
    # shape; None: all from the stage before if that trained a model of the same inputs and weights
    freeze: tuple[Part, ...] = ()  # not trained, and in evaluation mode
    set: dict[str, Any] = Field(default_factory=dict)  # what differs from `training`


Scheme = Literal["fixed", "kfold", "loso", "session", "clips"]


class PartitionSettings(Settings):
    """How recordings are split; `corpora.partitions.split` says what each scheme does."""

    scheme: Scheme = "fixed"
    folds: int = Field(5, ge=2)  # of kfold and clips
    by: str = "subject"  # of kfold, what is never torn apart: subject, or an attribute of recordings
    balance: tuple[str, ...] = ()  # attributes of recordings that folds of kfold and clips are alike in
    sessions_together: bool = True  # of kfold and loso: people who share a session count as one
    development: Literal["next_fold", "share", "none"] = "next_fold"  # of all schemes but fixed
    development_share: float = Field(0.1, gt=0, le=0.5)  # of what is not tested; for "share"
    subjects_shared: bool = False  # of fixed: subjects may be in several partitions; clips always shares them
    seed: int = 0

    @property
    def shares_subjects(self) -> bool:
        """Whether a subject may be in several partitions."""
        return self.subjects_shared or self.scheme == "clips" or self.by != "subject"


class Reported(Settings):
    """A row of a table in the paper, or a figure of a confusion matrix."""

    table: str  # its number; or as in "Figure 4"
    corpus: str
    partition: str
    scheme: Scheme = "fixed"  # how the paper splits recordings
    folds: int | None = None  # of kfold and clips; None: not said
    subjects: int | None = None  # people in that partition; None: not said
    recordings: int | None = None  # likewise
    classes: int | None = None  # that are told apart; None: a trace, or not said
    value_range: tuple[float, float] | None = None  # of its ratings, if it is not the corpus's own
    metrics: dict[str, float]  # e.g. rmse_arousal, ccc_valence
    confusion: dict[str, tuple[float, ...]] | None = None  # by known class, the share of each predicted one

    @model_validator(mode="after")
    def _confusion_is_square(self) -> "Reported":
        rows = self.confusion or {}
        for name, shares in rows.items():
            if len(shares) != len(rows):
                raise ValueError(
                    f"confusion of {name} has {len(shares)} shares; expected {len(rows)}, one for each class "
                    "in the order of its rows"
                )
        return self


class ReportedByOthers(Reported):
    """A row of another method in the paper's tables; no system here trains it."""

    method: str  # as the table names it
    features: str  # likewise


class Recipe(Settings):
    """All that a run needs besides the prepared corpus."""

    system: str
    variant: str
    preset: str | None = None
    model: dict[str, Any] = Field(default_factory=dict)  # fields of the system's configuration
    labels: tuple[str, ...] | None = None  # rated dimensions that are learnt; None: all that the corpus has
    partition: PartitionSettings = PartitionSettings()
    delay: LabelDelay = LabelDelay()  # of the raters
    training: TrainingSettings = TrainingSettings()
    stages: tuple[Stage, ...] = (Stage(),)
    postprocess: PostprocessSettings | None = None  # fitted on development after training; None: none
    reported: tuple[Reported, ...] = ()
    reported_by_others: tuple[ReportedByOthers, ...] = ()  # beside it, such as a challenge's baseline

    @property
    def name(self) -> str:
        """``system/variant``."""
        return f"{self.system}/{self.variant}"
