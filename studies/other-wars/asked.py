"""What the record says, asked of every simulated war: one answer a member."""

import numpy as np
import pandas as pd

COLLAPSE_SHARE = 2 / 3
"""Part of all units that, lost at once, is a collapse; so is the loss of the seat of government."""


def on(observed, day):
    """Units in insurgent hands at the end of a day, bool [member, unit]."""
    return np.asarray(observed["held"].sel(day=pd.Timestamp(day))) > 0


def counted(observed, day):
    """How many units are in insurgent hands at the end of a day, [member]."""
    return on(observed, day).sum(-1)


def gone(observed, day):
    """Part of the men of the first day who no longer serve at the end of a day, [member]."""
    serving = np.asarray(observed["serving"].sel(day=pd.Timestamp(day)).sum("district"), float)
    return 1 - serving / np.asarray(observed["present"].sum("district"), float)


def collapsed(observed, seat, by):
    """Whether the seat of government, or two thirds of units at once, were lost, [member]."""
    held = np.asarray(observed["held"].sel(day=slice(None, pd.Timestamp(by)))) > 0
    at = list(observed.indexes["district"]).index(seat)
    most = held.sum(-1) >= COLLAPSE_SHARE * held.shape[-1]
    return (held[..., at] | most).any(-1)


def asked(observed, fact):
    """Whether a fact of facts.toml is so, bool [member]."""
    kind = fact["kind"]
    if kind == "before":
        one, other = (np.asarray(observed["first_fall"].sel(district=u)) for u in fact["units"])
        return one < other
    if kind in ("stands", "fallen"):
        held = on(observed.sel(district=fact["units"]), fact["on"])
        return held.all(-1) if kind == "fallen" else ~held.any(-1)
    number = {
        "count": lambda: counted(observed, fact["on"]),
        "change": lambda: counted(observed, fact["on"]) - counted(observed, fact["from"]),
        "gone": lambda: gone(observed, fact["on"]),
    }[kind]()
    return (number >= fact["low"]) & (number <= fact["high"])
