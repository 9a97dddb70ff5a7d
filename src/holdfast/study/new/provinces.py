"""Provinces from a second file of boundaries: each district lies in the one it overlaps most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from holdfast.records.boundaries import Asked as AskedBoundaries
from holdfast.records.boundaries import read_boundaries
from holdfast.records.dateline import towards
from holdfast.records.names import squeezed
from holdfast.records.places import find_country
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some
from holdfast.study.new.ask import Asked

WHOLE = 0.9  # share of its area below which a district is said to lie across a border


def of_file(
    path: Path, asked: Asked, rows: pd.DataFrame, shapes: np.ndarray
) -> tuple[list[str], tuple[Said, ...]]:
    """The province of each district; raises ScenarioError where one lies in none."""
    words = find_country(asked.country).words if asked.country else ()
    found = read_boundaries(
        path, AskedBoundaries(crs=asked.crs, encoding=asked.encoding, countries=words)
    )
    names = [str(name) for name in found.rows["name"]]
    often = Counter(map(squeezed, names))
    ids = [str(key) for key in found.rows["district_id"]]
    names = [f"{name} ({key})" if often[squeezed(name)] > 1 else name
             for name, key in zip(names, ids, strict=True)]  # fmt: skip
    theirs_here = towards(found.shapes, shapes)
    tree = shapely.STRtree(theirs_here)
    mine, theirs = tree.query(shapes, predicate="intersects")
    overlap = np.zeros((len(shapes), len(names)))
    overlap[mine, theirs] = shapely.area(shapely.intersection(shapes[mine], theirs_here[theirs]))
    share = overlap.max(1) / shapely.area(shapes)
    outside = [str(rows["name"].iloc[i]) for i in np.flatnonzero(share <= 0)]
    if outside:
        says = f"holds no part of {counted(len(outside), 'district')}: {some(outside)}"
        cure = "give provinces of the same country"
        raise ScenarioError([Problem(path.name, says, "a province for each district", cure)])
    said = list(found.said)
    across = [str(rows["name"].iloc[i]) for i in np.flatnonzero(share < WHOLE)]
    if across:
        text = f"{counted(len(across), 'district')} across a provincial border, put where most of"
        said.append(Said(About.ASSUMED, f"{text} it lies: {some(across)}"))
    return [names[i] for i in overlap.argmax(1)], tuple(said)
