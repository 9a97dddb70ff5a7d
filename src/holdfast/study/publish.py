"""From trajectories to what a person reads: data set, tables, reasons and the report."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import summary_csv, summary_text
from holdfast.study.about import about, record_of
from holdfast.study.page import page_of
from holdfast.study.simulate import Run, War, observables
from holdfast.study.store import Folder, compute, finish, new_folder, open_folder, reopen

DATA, SUMMARY, WHY, REPORT = "observables.zarr", "summary.csv", "why.parquet", "report.html"


def device() -> str:
    """What computes here, in words."""
    found = jax.devices()[0]
    return f"{found.platform}: {found.device_kind}"


def run_to_folder(
    war: War, where: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Folder, Run, str]:
    """Fight a war into a new folder; returns the folder, the run and its summary in words."""
    started = time.perf_counter()
    return _complete(new_folder(war, where, device()), war, started, progress)


def resume(
    path: Path, progress: Callable[[int, int], None] | None = None
) -> tuple[Folder, Run, str]:
    """Finish a run that was stopped; the result is that of the run that was never stopped."""
    started = time.perf_counter()
    folder = open_folder(path)
    war = reopen(folder)
    if folder.manifest["complete"]:
        run = Run(war.scenario, war.request, xr.open_zarr(path / DATA, consolidated=False).load())
        return folder, run, (path / "summary.txt").read_text("utf-8")
    return _complete(folder, war, started, progress)


def _complete(
    folder: Folder, war: War, started: float, progress: Callable[[int, int], None] | None
) -> tuple[Folder, Run, str]:
    data = observables(war, compute(folder, war, progress))
    run = Run(war.scenario, war.request, data)
    data_path = folder.path / DATA
    shutil.rmtree(data_path, ignore_errors=True)
    _plain_text(data).to_zarr(data_path, mode="w", consolidated=False)
    summary_csv(data).to_csv(folder.path / SUMMARY, index=False)
    reasons(data).to_parquet(folder.path / WHY, index=False)
    seconds = time.perf_counter() - started
    said = about(run, folder.id, seconds)
    (folder.path / REPORT).write_text(page_of(run, said), "utf-8")
    text = summary_text(data, said, record_of(run))
    (folder.path / "summary.txt").write_text(text, "utf-8")
    return finish(folder, seconds), run, text


def _plain_text(data: xr.Dataset) -> xr.Dataset:
    """The data with words as Python strings, which every reader of zarr can read."""
    words = {n: c.astype(object) for n, c in data.coords.items() if c.dtype.kind == "U"}
    return data.assign_coords(words)


def reasons(data: xr.Dataset) -> pd.DataFrame:
    """Pressure of each mechanism before the first fall of each district, over members in which
    it fell: district, mechanism, members, mean, low and high (90%), in logits."""
    fell = np.isfinite(data["first_fall"].to_numpy())
    why = np.where(fell[..., None], data["why"].to_numpy(), np.nan)
    n = fell.sum(0)
    why = why[:, n > 0]
    rows = pd.MultiIndex.from_product(
        [data["district"].to_numpy()[n > 0], data["mechanism"].to_numpy()],
        names=["district", "mechanism"],
    )
    if not len(rows):
        return pd.DataFrame(columns=["district", "mechanism", "members", "mean", "low", "high"])
    low, high = np.nanquantile(why, [0.05, 0.95], axis=0)
    return pd.DataFrame(
        {
            "members": np.repeat(n[n > 0], len(data["mechanism"])),
            "mean": np.nanmean(why, 0).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        },
        index=rows,
    ).reset_index()
