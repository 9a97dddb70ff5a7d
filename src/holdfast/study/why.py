"""Why a place fell: when, by which door, and what pressed on its men before it did."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue
from holdfast.study.errors import CallError
from holdfast.study.publish import read_data, reasons
from holdfast.study.store import open_folder

BAR = 24
REASONS = """\
What pressed on its men in the week or two before: logits, mean and 90%, above 0
towards leaving. An attribution inside the model, not a cause. What works through
attacks, visits of elders or withdrawals does not show here."""


def why(path: Path, district: str) -> str:
    """In words, why a district fell in a run; by id or by name."""
    folder = open_folder(path)
    if not folder.manifest["complete"]:
        raise CallError("run", path, "a run that is complete", f"holdfast run --resume {path}")
    data = read_data(folder)
    told = tell(data, find(data, district))
    label = textwrap.fill(f"parameters of the run: {folder.manifest['label']}", 80)
    return f"{told}\n\n{label}"


def find(data: xr.Dataset, district: str) -> str:
    """Id of a district given by id or name, whatever the case; refuses one that is not there."""
    ids = [str(x) for x in data["district"].to_numpy()]
    names = [str(x) for x in data["name"].to_numpy()]
    matches = [
        i
        for i, name in zip(ids, names, strict=True)
        if district.lower() in (i.lower(), name.lower())
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise CallError("district", district, "one district", f"use an id: {', '.join(matches)}")
    raise CallError(
        "district", district, "an id or name of the scenario", nearest(district, [*names, *ids])
    )


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
            lines += ["", textwrap.fill(f"What followed ({name}): {after}.", 80)]
    return "\n".join(lines)
