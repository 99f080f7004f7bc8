"""Tells when a discriminator has collapsed: it sees through everything, and the generator learns nothing."""

from collections.abc import Mapping

from torch import Tensor

from emotrace.config.adversarial import Collapse


class CollapseWatch:
    """Means of D's accuracy and of the generator's loss between validations, by modality.

    Parameters
    ----------
    bounds : Collapse or None
        None: nothing is watched.

    Attributes
    ----------
    waited : dict of str to int
        By modality, validations in a row beyond both bounds; kept in checkpoints.
    """

    def __init__(self, bounds: Collapse | None):
        self.bounds = bounds
        self.waited: dict[str, int] = {}
        self._sums: dict[str, Tensor] = {}
        self._steps = 0

    def add(self, scalars: Mapping[str, Tensor]) -> None:
        """Take what `adversarial_step` says of a step."""
        if self.bounds is None:
            return
        for name, value in scalars.items():
            if name.startswith(("accuracy_", "loss_generator_")):
                self._sums[name] = self._sums[name] + value if name in self._sums else value
        self._steps += 1

    def judge(self) -> str | None:
        """At a validation: what is wrong, if a discriminator has collapsed for as long as is allowed."""
        if self.bounds is None or not self._steps:
            return None
        means = {name: float(total) / self._steps for name, total in self._sums.items()}
        self._sums, self._steps = {}, 0
        found = None
        for name in [key.removeprefix("accuracy_") for key in means if key.startswith("accuracy_")]:
            accuracy, loss = means[f"accuracy_{name}"], means[f"loss_generator_{name}"]
            beyond = accuracy >= self.bounds.accuracy and loss >= self.bounds.generator_loss
            self.waited[name] = self.waited.get(name, 0) + 1 if beyond else 0
            if self.waited[name] >= self.bounds.patience:
                found = (
                    f"the discriminator of {name} has collapsed: it tells {accuracy:.1%} of pictures right "
                    f"and the generator's loss is {loss:.3g}, for {self.waited[name]} "
                    f"validation{'s' if self.waited[name] > 1 else ''},"
                )
        return found
