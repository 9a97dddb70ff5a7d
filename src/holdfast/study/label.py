"""What a set of parameters is: how it was found, and which rows of the record it was fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from holdfast.study.draws import SETS
from holdfast.study.errors import CallError
from holdfast.study.evidence import EVERYTHING_KNOWN
from holdfast.study.fit_manifest import FREE, MANIFEST, read_manifest
from holdfast.study.manifest import check_seal
from holdfast.study.scenario import Scenario, what_is_known, where_from

if TYPE_CHECKING:  # a run shows itself by what is said of its set
    from holdfast.study.simulate import Request

MOST_NAMED = 3
"""Parameters that are named as exceptions; of more, how many there are."""

WORDS = {
    "fitted": "fitted to this record (in sample)",
    "hand-chosen": "hand-chosen",
    "prior-median": "medians of the prior",
}
"""What a set is called by how most of its values were obtained; of as many, the first."""

EXCEPTIONS = {"fitted": "fitted to this record", "hand-chosen": "by hand",
              "prior-median": "at the median of the prior"}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """What a set is called, what more there is to say, and the rows of the record it was fitted to.

    `rows` are ids of the control series. `chosen_for_it` is whether the set was looked for so that
    its wars are like the recorded one. `warning` is a sentence on a fit that does not make its own
    war, "" of any other set.
    """

    short: str
    more: str = ""
    rows: frozenset[str] = frozenset()
    chosen_for_it: bool = False
    warning: str = ""

    @property
    def whole(self) -> str:
        """The same in one sentence."""
        return f"{self.short}: {self.more}" if self.more else self.short


def label_of(request: Request, scenario: Scenario) -> Label:
    """What the parameters of a run are."""
    if request.parameters == "prior":
        return Label("draws of the prior", "nothing was fitted")
    if request.parameters in SETS:
        return _of_the_default_set(scenario)
    return _of_a_fit(Path(request.parameters), scenario)


def _of_the_default_set(scenario: Scenario) -> Label:
    table: pd.DataFrame = scenario.tables.parameters
    if not len(table):
        return Label(WORDS["prior-median"], "nothing was fitted")
    obtained = list(table["how"])
    counts = {how: obtained.count(how) for how in WORDS}
    main = max(counts, key=lambda how: counts[how])
    known = what_is_known(scenario)
    parts = [known.found_by or "it is not said how"] if main == "fitted" else []
    for how, n in counts.items():
        if n and how != main:
            names = list(table["parameter"][table["how"] == how])
            named = f": {', '.join(names)}" if n <= MOST_NAMED else ""
            parts.append(f"{n} of {len(table)} {EXCEPTIONS[how]}{named}")
    if main == "hand-chosen":
        parts.insert(0, f"{counts[main]} values, the others at the medians of their priors")
    if not counts["fitted"]:
        return Label(WORDS[main], "; ".join([*parts, "nothing was fitted"]))
    return Label(WORDS[main], "; ".join(parts), _rows(scenario, known.trackers, known.rows), True)


def _rows(scenario: Scenario, trackers: tuple[str, ...], rows: tuple[str, ...]) -> frozenset[str]:
    """Rows of the control series that a search was shown; all where that is not said."""
    control = scenario.tables.control
    if not trackers and not rows:
        return frozenset(control["control_id"])
    shown = control["tracker"].isin(trackers) | control["control_id"].isin(rows)
    return frozenset(control["control_id"][shown])


def _of_a_fit(folder: Path, scenario: Scenario) -> Label:
    control = scenario.tables.control
    try:
        manifest: Mapping[str, Any] = read_manifest(folder)
        check_seal(folder / MANIFEST, manifest)
    except CallError:
        more = "its fit.json cannot be read, so which record it was fitted to is not known"
        return Label(
            f"draws of the fit {folder.name}", more, frozenset(control["control_id"]), True
        )
    if not _of_this_war(manifest, scenario):
        war = Path(manifest["scenario"]).name
        more = f"the fit {folder.name}; nothing was fitted to this record"
        return Label(f"draws of a fit of {war}, carried over to this war", more)
    known_on, warning = date.fromisoformat(manifest["known_on"]), _warning(manifest)
    if known_on == EVERYTHING_KNOWN:
        more = f"the fit {folder.name}, of the whole record"
        rows = frozenset(control["control_id"])
        return Label("draws of a fit to this record (in sample)", more, rows, True, warning)
    more = f"the fit {folder.name}; not fitted to anything later, but the calendar is known"
    return Label(
        f"draws of a fit to this record as known on {known_on} (in sample until then)", more,
        rows_known_by(scenario, known_on), True, warning,
    )  # fmt: skip


def rows_known_by(scenario: Scenario, day: date) -> frozenset[str]:
    """Rows of the control series that were known on a day."""
    control, cut = scenario.tables.control, pd.Timestamp(day)
    return frozenset(control["control_id"][(control["date"] <= cut) & (control["known_on"] <= cut)])


def _of_this_war(manifest: Mapping[str, Any], scenario: Scenario) -> bool:
    """Whether a fit is of this scenario's record, be it of an earlier state of its tables."""
    same = manifest["fingerprint"] == scenario.tables.fingerprint
    return same or manifest["scenario"] == where_from(scenario)


def _warning(manifest: Mapping[str, Any]) -> str:
    """That a fit does not make its own war, if it does not."""
    free = manifest[FREE]
    return "" if not free or free["makes_its_war"] else str(free["verdict"])
