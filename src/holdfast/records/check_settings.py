"""Checks of `scenario.toml`."""

from collections.abc import Iterator

from holdfast.records.place import in_settings
from holdfast.records.problems import Problem
from holdfast.records.schema_theatre import PARAMETERS
from holdfast.records.tables import Tables
from holdfast.vocabulary.settings import MOST_STEPS_A_DAY, is_part_of_a_day


def the_window_is_in_order(tables: Tables) -> Iterator[Problem]:
    """The first day lies before the last."""
    start, end = tables.settings.start, tables.settings.end
    if start >= end:
        cure = "swap start and end"
        yield in_settings(tables, "end", end, "is not after start", f"a day after {start}", cure)


def steps_divide_a_day(tables: Tables) -> Iterator[Problem]:
    """A day has a whole number of steps."""
    dt = tables.settings.dt
    if not is_part_of_a_day(dt):
        says, allowed = "does not divide a day", f"1 over a whole number up to {MOST_STEPS_A_DAY}"
        yield in_settings(tables, "dt", dt, says, allowed, "try 1, 0.5, 0.25")


def the_default_set_is_the_one_that_is_read(tables: Tables) -> Iterator[Problem]:
    """The default set of parameters is the table of parameters."""
    if tables.settings.default_parameters != PARAMETERS.path:
        says, cure = "is not read", "move its rows to parameters.csv"
        wrong = tables.settings.default_parameters
        yield in_settings(tables, "default_parameters", wrong, says, PARAMETERS.path, cure)


def splits_lie_in_the_window(tables: Tables) -> Iterator[Problem]:
    """The days of the splits lie in the window, each span in order."""
    start, end = tables.settings.start, tables.settings.end
    splits = tables.settings.splits
    days = [("splits.origins", origin) for origin in splits.origins]
    for key, span in (("calibration", splits.calibration), ("scoring", splits.scoring)):
        if span:
            days += [(f"splits.{key}", span.first), (f"splits.{key}", span.last)]
            if span.first > span.last:
                says, cure = "ends before it begins", "swap from and to"
                yield in_settings(
                    tables, f"splits.{key}", span.last, says, "from no later than to", cure
                )
    for key, day in days:
        if not start <= day <= end:
            allowed = f"a day from {start} to {end}"
            yield in_settings(tables, key, day, "is outside the window", allowed, "change the day")


def insurgents_lie_in_their_range(tables: Tables) -> Iterator[Problem]:
    """The number of insurgents lies between the ends that are given for it."""
    found = tables.settings.insurgents
    if not found.total_low <= found.total <= found.total_high:
        allowed = f"from {found.total_low} to {found.total_high}"
        cure = "check the three numbers"
        yield in_settings(
            tables, "insurgents.total", found.total, "is outside its range", allowed, cure
        )


def trackers_of_countryside_have_thresholds(tables: Tables) -> Iterator[Problem]:
    """A tracker of the countryside says above which share it calls a district contested or lost."""
    for name, tracker in tables.settings.trackers.items():
        low, high = tracker.contested_above, tracker.threshold
        ordered = low is not None and high is not None and low < high
        if tracker.counts == "countryside" and not ordered:
            allowed = "contested_above below threshold, both from 0 to 1"
            key, says = f"trackers.{name}.threshold", "does not part contested from lost"
            yield in_settings(tables, key, high, says, allowed, "give both shares")
