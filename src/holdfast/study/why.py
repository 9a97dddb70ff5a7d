"""Why a place fell: when, by which door, and what pressed on its men before it did."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.records.names import Finder, NotFound, cleaned
from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue
from holdfast.study.errors import CallError, Refused
from holdfast.study.manifest import check_seal
from holdfast.study.publish import read_data, reasons
from holdfast.study.store import MANIFEST, open_folder

AFTERWARDS = "docs/mechanisms.md"
"""Page that tells what followed each explanation in the record."""

BAR = 24
CALLED = ("district", "name", "province")
NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
MOST_LISTED = 30
"""Districts that are all named where no name is near to the one asked for."""

REASONS = """\
What pressed on its men in the week or two before: logits, mean and 90%, above 0
towards leaving. An attribution inside the model, not a cause. What works through
attacks, visits of elders or withdrawals does not show here."""


def why(path: Path, district: str) -> str:
    """In words, why a district fell in a run; by id or by name."""
    folder = open_folder(path)
    check_seal(path / MANIFEST, folder.manifest)
    if not folder.manifest["complete"]:
        raise CallError("run", path, "a run that is complete", f"holdfast run --resume {path}")
    data = read_data(folder)
    told = tell(data, find(data, district))
    label = textwrap.fill(f"parameters of the run: {folder.manifest['label']}", 80)
    return f"{told}\n\n{label}"


def find(data: xr.Dataset, district: str) -> str:
    """Id of a district given by id, name, or name and province, whatever case and accents.

    Refuses one that is not there, and a name that two districts bear.
    """
    ids, names, provinces = ([str(x) for x in data[of].to_numpy()] for of in CALLED)
    try:
        return Finder(zip(ids, names, provinces, strict=True)).find(district)
    except NotFound as wrong:
        several, instead = wrong.several, wrong.instead
    if several:
        number = NUMBERS.get(len(several), str(len(several)))
        there = ", ".join(f"{key} ({province})" for key, province in several)
        raise Refused(f"{number} districts are called {cleaned(district)}: {there}. Give the id.")
    if instead:
        raise Refused(f"No district of this run is called {district!r}: {instead}.")
    cure = nearest(cleaned(district), [*names, *ids])
    if len(ids) > MOST_LISTED and not cure.startswith("did you mean"):
        cure = "district ids and names stand in the table of `holdfast run`, as Name, Province"
    raise Refused(f"No district of this run is called {district!r}: {cure}")


def tell(data: xr.Dataset, district: str) -> str:
    """What the ensemble says of one district."""
    one = data.sel(district=district)
    first = one["first_fall"].to_numpy()
    fell = np.isfinite(first)
    lines = [
        f"{one['name'].item()} ({district}), {one['province'].item()}",
        f"fell in {fell.sum()} of {len(fell)} simulated wars",
    ]
    if one["held_at_start"].to_numpy().any():
        lines.append(
            f"held by insurgents from the first day in {one['held_at_start'].sum().item()}"
        )
    if not fell.any():
        return "\n".join([*lines, "so there is nothing to say of why"])
    start = pd.Timestamp(data["day"].to_numpy()[0])
    low, middle, high = (
        start + pd.Timedelta(days=float(x) - 1) for x in np.quantile(first[fell], [0.05, 0.5, 0.95])
    )
    lines.append(f"first fell about {middle:%d %b}, 90% from {low:%d %b} to {high:%d %b}")
    codes = one["manner_of_fall"].to_numpy()[fell]
    shares = [(str(m), np.mean(codes == k)) for k, m in enumerate(data["manner"].to_numpy())]
    lines.append("how: " + ", ".join(f"{manner} {s:.0%}" for manner, s in shares if s > 0))
    lines += ["", REASONS]
    table = reasons(data.sel(district=[district])).sort_values("mean", ascending=False)
    quiet = (np.abs(table[["mean", "low", "high"]].to_numpy()) < 0.005).all(axis=1)
    scale = max(table["mean"].abs().max(), 1e-9)
    for _, name, _, mean, low, high in table[~quiet].itertuples(index=False):
        bar = ("+" if mean > 0 else "-") * round(abs(mean) / scale * BAR)
        lines.append(f"  {name:<16} {mean:+6.2f} [{low:+6.2f},{high:+6.2f}] {bar}".rstrip())
    if quiet.any():
        lines.append(textwrap.fill(f"Nothing from {', '.join(table['mechanism'][quiet])}.", 80))
    for name in table["mechanism"]:
        if after := catalogue().get(name) and catalogue()[name].claim.followed:
            told = after.partition(";")[0]
            lines += ["", f"What followed ({name}): {told}: {AFTERWARDS}#{name}"]
    return "\n".join(lines)
