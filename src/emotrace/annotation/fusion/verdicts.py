"""What is odd about the raters' agreement, as warnings."""

from collections.abc import Sequence

from emotrace.annotation.agreement import LEAST_CONSENSUS, Agreement
from emotrace.annotation.fusion.results import IN_WORDS, KINDS, DimensionGold
from emotrace.remarks import Remarks


def remark_on_agreement(made: DimensionGold, remarks: Remarks) -> None:
    """Warn of outliers, over all recordings and in single ones, and of raters who hardly agree at all."""
    for kind in KINDS:
        whole = made.agreement[kind]
        for rater, own in zip(made.raters, whole.per_rater, strict=True):
            if own is not None and own.is_outlier:
                remarks.note(
                    f"{made.dimension}: rater {rater} is an outlier over all recordings ({IN_WORDS[kind]}): "
                    f"CCC with the others {own.ccc:.3f}, of the others among themselves {own.others_ccc:.3f}"
                )
    for kind in KINDS:
        for gold in made.recordings:
            for rater in outliers(gold.raters, gold.agreement[kind]):
                remarks.add(
                    f"{made.dimension}: rater {rater} is an outlier, agreeing with the others less than half "
                    f"as well as they do among themselves ({IN_WORDS[kind]})",
                    gold.name,
                )
    consensus = made.agreement["centred"].ccc
    if consensus < LEAST_CONSENSUS:
        remarks.note(
            f"{made.dimension}: the raters hardly agree, mean pairwise CCC {consensus:.3f} even with their "
            "offsets taken out; a gold standard of them says little"
        )


def outliers(raters: Sequence[str], found: Agreement) -> list[str]:
    """Names of the raters who are outliers."""
    return [
        rater
        for rater, own in zip(raters, found.per_rater, strict=True)
        if own is not None and own.is_outlier
    ]
