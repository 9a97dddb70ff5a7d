"""Explanations that cannot be told apart are reported as one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

CONFUSED_ABOVE = 0.2
"""Credit going astray above which two explanations are one group. Judgement: a fifth."""


@dataclass(frozen=True)
class Group:
    """Mechanisms that are switched on and off together, and what they are called together."""

    name: str
    mechanisms: tuple[str, ...]

    @classmethod
    def of(cls, mechanisms: Sequence[str]) -> Group:
        """The group of these mechanisms, named after them.

        >>> Group.of(["pledge", "councils"]).name
        'pledge + councils'
        """
        return cls(" + ".join(mechanisms), tuple(mechanisms))


def merge(confusion: pd.DataFrame, above: float = CONFUSED_ABOVE) -> tuple[Group, ...]:
    """Groups of explanations between which credit goes astray, in the order of the table.

    `confusion` has a row for each true explanation and the same names as columns: the part of
    its credit that each explanation is given. Two are confused if either gives the other more
    than `above`; if A is confused with B and B with C, all three are one group, although A and C
    may be well apart. Every mechanism of the table is in exactly one group.
    """
    names = [str(name) for name in confusion.index]
    if names != [str(name) for name in confusion.columns] or len(set(names)) < len(names):
        raise ValueError("confusion: rows and columns must be the same names, each once")
    credit = confusion.to_numpy(float)
    if not np.isfinite(credit).all() or (credit < 0).any():
        raise ValueError("confusion: every credit must be a finite number, 0 or more")
    _, labels = connected_components(credit > above, directed=False)
    first_seen = list(dict.fromkeys(labels.tolist()))
    return tuple(
        Group.of([n for n, label in zip(names, labels, strict=True) if label == wanted])
        for wanted in first_seen
    )


def check_groups(groups: Sequence[Group]) -> None:
    """Refuse groups that are none, empty, of one name, or that share a mechanism."""
    if not groups:
        raise ValueError("groups: there are none; give at least one")
    empty = [group.name for group in groups if not group.mechanisms]
    if empty:
        raise ValueError(f"groups: {', '.join(empty)} has no mechanism")
    _each_once("group", [group.name for group in groups])
    _each_once("mechanism", [name for group in groups for name in group.mechanisms])


def _each_once(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"groups: {what} {', '.join(twice)} is there twice; name each once")
