"""The same war on other ground: other contacts between districts, shorter lists of districts."""

import shutil

import numpy as np
import pandas as pd

from holdfast.records.read import find_scenario
from holdfast.study import load
from holdfast.theatre.build import MIN_LINK_KM, great_circle_km

GRAPHS = 5
"""Random graphs of a kind; wars are shared out among them."""


def links_of(scenario):
    """Contacts as rows of both ends and km of border, [L] each."""
    row = {name: k for k, name in enumerate(scenario.names.districts)}
    links = scenario.tables.links
    a, b = (links[c].map(row).to_numpy() for c in ("district_a", "district_b"))
    return a, b, np.fmax(links["border_km"].to_numpy(float), MIN_LINK_KM)


def with_links(theatre, a, b, km):
    """The theatre with these contacts in place of its own, in arrays of the same shape."""
    n, width = theatre.neighbour.shape
    border = np.zeros((n, n))
    border[a, b] = border[b, a] = km
    order = np.argsort(border == 0, axis=1, kind="stable")[:, :width]
    tie = np.take_along_axis(border, order, 1)
    neighbour = np.where(tie > 0, order, np.arange(n)[:, None])
    tie = tie / np.maximum(tie.sum(1, keepdims=True), 1e-9)
    same = lambda x, like: np.asarray(x, like.dtype)  # noqa: E731
    return theatre._replace(
        neighbour=same(neighbour, theatre.neighbour), tie=same(tie, theatre.tie)
    )


def near_ones(scenario, a, b, km):
    """Contacts between which no third seat lies nearer to both: a stand-in for main roads."""
    places = scenario.tables.districts[["latitude", "longitude"]].to_numpy(float)
    apart = great_circle_km(*places.T)
    through = np.maximum(apart[a], apart[b]).min(1)
    kept = through >= apart[a, b]
    return a[kept], b[kept], km[kept]


def rewired(a, b, km, rng):
    """Every district keeps its number of contacts; with whom is drawn anew, far or near."""
    b, there = b.copy(), {frozenset(x) for x in zip(a, b, strict=True)}
    for i, j in rng.integers(0, len(a), (20 * len(a), 2)):
        old = frozenset((a[i], b[i])), frozenset((a[j], b[j]))
        new = frozenset((a[i], b[j])), frozenset((a[j], b[i]))
        if new[0] != new[1] and all(len(x) == 2 and x not in there for x in new):
            there = (there - set(old)) | set(new)
            b[i], b[j] = b[j], b[i]
    return a, b, km


def thinned(a, b, km, rng):
    """A third of the contacts taken away at random."""
    kept = rng.permutation(len(a)) >= len(a) // 3
    return a[kept], b[kept], km[kept]


def graphs(scenario):
    """Theatres by the name of what was done to their contacts."""
    links = links_of(scenario)
    rng = np.random.default_rng(1)
    of = lambda x: with_links(scenario.theatre, *x)  # noqa: E731
    return {
        "as they are": [scenario.theatre],
        "contacts: near seats only": [of(near_ones(scenario, *links))],
        "contacts: a third less": [of(thinned(*links, rng)) for _ in range(GRAPHS)],
        "contacts: drawn anew": [of(rewired(*links, rng)) for _ in range(GRAPHS)],
        "contacts: none": [of([x[:0] for x in links])],
    }


def merged(folder, count):
    """A copy of the scenario in which the `count` smallest newer districts are in their parents.

    People and men are added to the parent's, everything else of the newer district goes, its
    record too. The copy is checked as it is loaded.
    """
    shutil.copytree(find_scenario("afghanistan-2021"), folder)
    read = lambda name: pd.read_csv(folder / name, dtype=str, keep_default_na=False)  # noqa: E731
    tables = {name: read(name) for name in ("districts.csv", "links.csv", "strengths.csv")}
    tables |= {f"record/{name}.csv": read(f"record/{name}.csv") for name in ("status", "captures")}
    districts = tables["districts.csv"].set_index("district_id", drop=False)
    newer = districts[districts["parent_district_id"] != ""]
    newer = newer.loc[newer["population"].astype(float).sort_values().index[:count]]
    parent = newer["parent_district_id"].to_dict()
    for child, of in parent.items():
        people = int(districts.at[of, "population"]) + int(districts.at[child, "population"])
        districts.at[of, "population"] = str(people)
    tables["districts.csv"] = districts
    strengths = tables["strengths.csv"]
    strengths["district_id"] = strengths["district_id"].replace(parent)
    strengths["paper"] = strengths["paper"].astype(int)
    key = ["district_id", "branch", "role"]
    rest = {c: "first" for c in strengths if c not in (*key, "paper")}
    tables["strengths.csv"] = strengths.groupby(key, sort=False, as_index=False).agg(
        {"paper": "sum"} | rest
    )[list(strengths)]
    for name, table in tables.items():
        gone = table.filter(regex="^district_").isin(list(parent)).any(axis=1)
        table[~gone].to_csv(folder / name, index=False)
    return load(folder)
