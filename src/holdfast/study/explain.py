"""Explaining: what each explanation accounts for, on matched worlds of a fit's posterior."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.explain import Group, merge, necessity_and_sufficiency, shapley
from holdfast.records.confusion import read_confusion
from holdfast.records.problems import ScenarioError
from holdfast.report.findings import collapsed_with
from holdfast.study.about import about
from holdfast.study.catalogue import apart
from holdfast.study.explained import GROUND_ALONE
from holdfast.study.fit import Fit
from holdfast.study.fit_store import resume_fit
from holdfast.study.keep import claimed, fresh, write_table, write_whole
from holdfast.study.page import page_of
from holdfast.study.publish import REPORT
from holdfast.study.simulate import Request, chunks, fight, join, prepare, simulate, within
from holdfast.study.tell_fit import fit_table, known_by
from holdfast.study.verdicts import verdicts
from holdfast.vocabulary.types import Trajectory

OUTPUTS = ("districts", "capitals", "collapse")
"""Districts and provincial capitals that fell; 1 where the state collapsed, as reports mean it."""

ORDERS = 8
"""Orders in which explanations are switched on, where they are too many to try all sets."""

NEEDED = tuple(
    f"{what}{end}" for what in ("necessity", "sufficiency") for end in ("", "_low", "_high")
)
MOST_WORLDS = 10_000


@dataclass(frozen=True)
class Explained:
    """Shares of explanations in what falls, and what is said of every claim."""

    fit: Fit
    groups: tuple[Group, ...]
    confusion: pd.DataFrame | None
    shares: pd.DataFrame
    interactions: pd.DataFrame
    strengths: pd.DataFrame
    verdicts: pd.DataFrame
    worlds: int
    sets: int
    fell: np.ndarray  # [worlds] districts that fell with every explanation on

    @property
    def no_verdict(self) -> str:
        """Why there is no verdict on any claim; "" where there are verdicts."""
        return self.fit.free.no_verdict if self.fit.free else ""


def explain(
    folder: Path, worlds: int = 20, seed: int = 1, tell: Callable[[str], None] = lambda stage: None
) -> Explained:
    """Explain by the fit in a folder, on so many matched worlds.

    Every world is fought with each set of explanations asked for, always with the same dice and
    the same draw of the posterior; an explanation is switched off by a strength of 0.
    """
    fit = resume_fit(folder, tell)
    confusion = known_confusion(fit)
    names = [m.name for m in fit.model.mechanisms]
    groups = tuple(map(Group.of, ([n] for n in names))) if confusion is None else merge(confusion)
    sets = 0

    @cache
    def outcome(on: frozenset[str]) -> np.ndarray:
        nonlocal sets
        sets += 1
        tell(f"{sets} sets of explanations, {worlds} wars each")
        return outputs(fit, fought_with(fit, folder, on, worlds, seed))

    rng = np.random.default_rng(seed)
    found = shapley(outcome, groups, permutations=ORDERS, rng=rng, outputs=OUTPUTS)
    needed = necessity_and_sufficiency(outcome, groups, lambda outcomes: outcomes[:, 2] > 0)
    whole, none = outcome(frozenset(names))[:, 0], outcome(frozenset())[:, 0]
    shares, strengths = share_table(found, needed, whole, none), fit_table(fit)
    tell("claims")
    free = fought_with(fit, folder, frozenset(names), worlds, seed)
    said = verdicts(fit, groups, shares, strengths, free, seed)
    return Explained(fit, groups, confusion, shares, interaction_table(found, whole), strengths,
                     said, worlds, sets, whole)  # fmt: skip


def known_confusion(fit: Fit) -> pd.DataFrame | None:
    """What is confused with what, as far as it has been measured for the scenario.

    An explanation that was due no credit in the synthetic wars, since it kept districts from
    falling, is not in the table and stands alone.
    """
    table, problems = read_confusion(fit.scenario.tables.folder)
    if problems:
        raise ScenarioError(problems)
    if table is None:
        return None
    names = [m.name for m in fit.model.mechanisms]
    alone = pd.DataFrame(np.eye(len(names)), names, names)
    table = table.reindex(index=names, columns=names)
    return table.where(table.notna(), alone)


def fought_with(fit: Fit, folder: Path, on: frozenset[str], worlds: int, seed: int) -> Trajectory:
    """Whole wars of the posterior in which only the explanations `on` have any strength."""
    names = [m.name for m in fit.model.mechanisms]
    off = {f"{name}.strength": "0" for name in names if name not in on}
    without, also = apart(fit.scenario.tables.settings.mechanisms, names)
    request = Request(worlds, seed, without, changes=off, parameters=str(folder), also=also)
    war = prepare(fit.scenario, request)
    war = replace(war, plan=replace(war.plan, reasons=False))
    return join([part for _, part in fight(war, chunks(worlds))])


def outputs(fit: Fit, wars: Trajectory) -> np.ndarray:
    """What Shapley shares are taken of, [war, output]."""
    theatre = fit.model.theatre
    capital = np.asarray(theatre.capital) > 0
    fell = np.isfinite(wars.first_fall) & ~(np.asarray(wars.held_at_start) > 0)
    held = np.asarray(wars.held) > 0
    collapse = collapsed_with(held, capital, int(theatre.national_capital))[:, -1]
    return np.stack([fell.sum(1), fell[:, capital].sum(1), collapse], -1).astype(float)


def share_table(
    found: xr.Dataset, needed: xr.Dataset, whole: np.ndarray, none: np.ndarray
) -> pd.DataFrame:
    """One row for each group, and one for the ground alone; shares of the districts that fell.

    `share` and the ends of its 90% over worlds; `alone`, with only it; `left_out`, what is lost
    without it; `error` of the mean; necessity and sufficiency for a collapse with their 90%.
    """
    of_war = np.maximum(whole, 1)[:, None]
    districts = found.sel(output="districts")
    rows = []
    for name in [str(g) for g in found["group"].to_numpy()]:
        one, need = districts.sel(group=name), needed.sel(group=name)
        parts = {k: one[k].to_numpy() / of_war[:, 0] for k in ("share", "alone", "left_out")}
        low, high = np.quantile(parts["share"], [0.05, 0.95])
        rows.append({
            "group": name, "share": parts["share"].mean(), "low": low, "high": high,
            "alone": parts["alone"].mean(), "left_out": parts["left_out"].mean(),
            "error": float(one["standard_error"]) / max(whole.mean(), 1),
            **{what: float(need[what]) for what in NEEDED},
        })  # fmt: skip
    ground = none / of_war[:, 0]
    low, high = np.quantile(ground, [0.05, 0.95])
    rows.append({"group": GROUND_ALONE, "share": ground.mean(), "low": low, "high": high})
    return pd.DataFrame(rows)


def interaction_table(found: xr.Dataset, whole: np.ndarray) -> pd.DataFrame:
    """Pairs of groups and what they do together beyond what each does, as a share of what fell."""
    one = found["interaction"].sel(output="districts") / max(whole.mean(), 1)
    names = [str(g) for g in found["group"].to_numpy()]
    rows = []
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            values = one.sel(group=a, other=b).to_numpy()
            low, high = np.quantile(values, [0.05, 0.95])
            rows.append((a, b, values.mean(), low, high))
    table = pd.DataFrame(rows, columns=["group", "other", "interaction", "low", "high"])
    return table.sort_values("interaction", key=abs, ascending=False, ignore_index=True)


def check_explain(name: str, worlds: int, out: Path | None) -> Path:
    """Folder of an explanation by a fit of this name; refuses at the door what cannot be done."""
    within("worlds", worlds, 2, MOST_WORLDS)
    return fresh(out, "explained", name, "or leave --out away")


def explain_to_folder(
    folder: Path,
    worlds: int = 20,
    seed: int = 1,
    out: Path | None = None,
    tell: Callable[[str], None] = lambda stage: None,
) -> tuple[Path, Explained]:
    """Explain, and write `explained/<fit>-<stamp>` unless told."""
    check_explain(folder.name, worlds, out)
    with claimed(out, "explained", folder.name, "or leave --out away") as where:
        found = explain(folder, worlds, seed, tell)
        for name in ("shares", "interactions", "strengths", "verdicts"):
            write_table(where / f"{name}.csv", getattr(found, name))
        said = json.dumps(_manifest(found, folder, seed), indent=1)
        write_whole(where / "explained.json", said.encode())
        tell("the page")
        write_whole(where / REPORT, page(found, folder, seed, where).encode())
        return where, found


def _manifest(found: Explained, folder: Path, seed: int) -> dict[str, Any]:
    return {
        "version": version("holdfast"),
        "fit": str(folder),
        "fingerprint": found.fit.scenario.tables.fingerprint,
        "known_on": found.fit.known_on.isoformat(),
        "knowledge": known_by(found.fit),
        "worlds": found.worlds,
        "seed": seed,
        "groups": [list(group.mechanisms) for group in found.groups],
        "confusion_measured": found.confusion is not None,
        "makes_its_war": not found.no_verdict,
        "no_verdict": found.no_verdict,
        "free_wars": found.fit.free and found.fit.free.as_dict(),
    }


def page(found: Explained, folder: Path, seed: int, where: Path) -> str:
    """Wars of the posterior with every explanation on, beside what was found, as one page."""
    scenario, fitted = found.fit.scenario, [m.name for m in found.fit.model.mechanisms]
    without, also = apart(scenario.tables.settings.mechanisms, fitted)
    started = time.perf_counter()
    run = simulate(
        scenario,
        members=found.worlds,
        seed=seed,
        without=without,
        also=also,
        parameters=str(folder),
    )
    said = about(run, where.name, time.perf_counter() - started)
    return page_of(run, said, explained=where)
