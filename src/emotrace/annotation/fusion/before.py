"""The steps of one recording before its raters are compared: lengths, resampling, smoothing."""

from dataclasses import replace

from emotrace.annotation.fusion.rated import Rated, cut_to_shortest, is_ragged
from emotrace.annotation.fusion.settings import GoldSettings
from emotrace.annotation.steps import resample, smooth
from emotrace.errors import InputError
from emotrace.remarks import Remarks


def stepped(one: Rated, settings: GoldSettings, remarks: Remarks, done: dict[str, None]) -> Rated:
    """One recording after the steps that need no other recording.

    Parameters
    ----------
    one : Rated
    settings : GoldSettings
    remarks : Remarks
        Takes what is odd.
    done : dict of str
        Takes each step in words, in order.

    Raises
    ------
    InputError
        If it holds no rating, raters do not overlap though they must, or its steps are too unequal to smooth.
    """
    if not one.rated.any():
        raise InputError("holds no rating at all; expected at least one rater with values")
    if is_ragged(one):
        cut = settings.lengths == "shortest"
        what = "cut to the times that all rated" if cut else "kept whole, fewer raters at the ends"
        remarks.add(f"{one.dimension}: raters of unequal length, {what}", one.name)
    if settings.lengths == "shortest":
        one = cut_to_shortest(one)
        if len(one.times_s) < 2:
            raise InputError(
                f"has {len(one.times_s)} rows that all raters rated; expected raters who overlap, or keep "
                "all times with the rule union (--lengths union)"
            )
    if settings.rate_hz is not None:
        times_s, values, how = resample(one.times_s, one.values, settings.rate_hz)
        done[f"resampled to {settings.rate_hz:g} Hz ({how})"] = None
        one = replace(one, times_s=times_s, values=values)
    if settings.smooth is not None:
        name, window_s = settings.smooth
        done[f"smoothed by {name} of {window_s:g} s"] = None
        one = replace(one, values=smooth(one.values, name, window_s, one.rate_hz()))
    return one
