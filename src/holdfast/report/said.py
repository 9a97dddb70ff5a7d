"""Sentences that go with the numbers of every run, in the table and on the page."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.report.about import About, Fault
from holdfast.report.beside import Kind, Row

NOTHING_KNOWN = "Nothing is known of how well the model does on this war."


def known_wrong(faults: Sequence[Fault]) -> list[str]:
    """What the model is known to get wrong on this war, each with its study; or that nothing is."""
    told = [f"{fault.says} [{fault.study}]" for fault in faults]
    return told or [NOTHING_KNOWN]


def in_sample(rows: Sequence[Row]) -> str:
    """How many of the counts were fitted to."""
    counts = [row for row in rows if row.kind is Kind.COUNTED]
    n = sum(row.fitted for row in counts)
    if not counts:
        return ""
    if not n:
        return "The set was fitted to no row of this record."
    return (
        f"* in sample: the set was fitted to {n} of these {len(counts)} rows, so that they lie"
        " inside is no test of the model."
    )


def of_such_wars(about: About) -> str:
    """What a share of these wars is a share of."""
    if about.world:
        return "of wars in a world that was changed"
    if about.chosen_for_it:
        return "of wars under a set that was searched to be like the record: no chance of what came"
    return "of wars under this set"
