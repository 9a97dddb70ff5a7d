"""From trajectories to what a person reads: data set, tables, reasons and the report."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from holdfast.report import summary_csv, summary_text
from holdfast.study.about import about, record_of
from holdfast.study.cluster import Cluster
from holdfast.study.data import opened, write_data
from holdfast.study.errors import CallError
from holdfast.study.keep import (
    LOCK,
    claimed,
    goes_on_with,
    locked,
    write_table,
    write_whole,
)
from holdfast.study.machine import device, processor
from holdfast.study.manifest import check_files
from holdfast.study.page import page_of
from holdfast.study.simulate import Run, War, fight
from holdfast.study.store import (
    OR_RESUME,
    PARTS,
    Folder,
    check_begun_here,
    check_disk,
    compute,
    drop_parts,
    finish,
    new_folder,
    open_folder,
    reopen,
)

DATA, SUMMARY, WHY, REPORT = "observables.zarr", "summary.csv", "why.parquet", "report.html"
TEXT = "summary.txt"
MADE = (DATA, SUMMARY, WHY, REPORT, TEXT)
"""What is made from the parts of a run."""


def run_to_folder(
    war: War,
    where: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cluster: Cluster | None = None,
) -> tuple[Folder, Run, str]:
    """Fight a war into a new folder, here or on a cluster; returns the folder, the run and its
    summary in words."""
    started = time.perf_counter()
    with claimed(where, "runs", war.scenario.names.scenario, OR_RESUME) as path:
        check_disk(war, path)
        folder = new_folder(war, path, *_machines(cluster))
        return _complete(folder, war, started, progress, cluster)


def _machines(cluster: Cluster | None) -> tuple[str, str]:
    """What computes, its device and processors."""
    return (device(), processor()) if cluster is None else (cluster.device, cluster.machines)


def resume(
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    cluster: Cluster | None = None,
) -> tuple[Folder, Run, str]:
    """Finish a run that was stopped; the result is that of the run that was never stopped.

    It may have been begun here or on a cluster. A complete run is left as it is, and given back if
    it still is what was written.
    """
    started = time.perf_counter()
    if open_folder(path).manifest["complete"]:
        return _as_written(path)
    with goes_on_with("holdfast run --resume", path), locked(path):
        folder = open_folder(path)  # as whoever held it before has left it
        if not folder.manifest["complete"]:
            check_begun_here(folder, _machines(cluster)[0])
            return _complete(folder, reopen(folder), started, progress, cluster)
    return _as_written(path)


def read_data(folder: Folder) -> xr.Dataset:
    """The observables of a complete run; refused if they are not what was written."""
    cure = "begin the run again in another folder: the manifest says with what"
    check_files(folder.path, folder.manifest, [DATA], cure)
    return opened(folder.path / DATA)


def _as_written(path: Path) -> tuple[Folder, Run, str]:
    folder = open_folder(path)
    war = reopen(folder)
    check_files(path, folder.manifest, MADE, "begin the run again in another folder")
    if any((path / left).exists() for left in (PARTS, LOCK)):  # killed at its very end
        with suppress(OSError, CallError), locked(path):
            drop_parts(folder)
    text = (path / TEXT).read_text("utf-8")
    return folder, Run(war.scenario, war.request, read_data(folder)), text


def _complete(
    folder: Folder,
    war: War,
    started: float,
    progress: Callable[[int, int], None] | None,
    cluster: Cluster | None,
) -> tuple[Folder, Run, str]:
    how = fight if cluster is None else cluster.fight
    with goes_on_with("holdfast run --resume", folder.path):
        data = write_data(folder.path / DATA, war, compute(folder, war, progress, how))
        run = Run(war.scenario, war.request, data)
        write_table(folder.path / SUMMARY, summary_csv(data))
        table = io.BytesIO()
        reasons(data).to_parquet(table, index=False)
        write_whole(folder.path / WHY, table.getvalue())
        seconds = time.perf_counter() - started
        said = about(run, folder.id, seconds)
        write_whole(folder.path / REPORT, page_of(run, said).encode())
        text = summary_text(data, said, record_of(run))
        write_whole(folder.path / TEXT, text.encode())
        return finish(folder, seconds, MADE), run, text


def reasons(data: xr.Dataset) -> pd.DataFrame:
    """Pressure of each mechanism before the first fall of each district, over members in which
    it fell: district, mechanism, members, mean, low and high (90%), in logits."""
    fell = np.isfinite(data["first_fall"].to_numpy())
    n = fell.sum(0)
    rows = pd.MultiIndex.from_product(
        [data["district"].to_numpy()[n > 0], data["mechanism"].to_numpy()],
        names=["district", "mechanism"],
    )
    if not len(rows):
        return pd.DataFrame(columns=["district", "mechanism", "members", "mean", "low", "high"])
    why = data["why"].to_numpy()
    pressed = (why[fell[:, d], d] for d in np.flatnonzero(n))  # each [members, mechanism]
    told = [[x.mean(0), *np.quantile(x, [0.05, 0.95], axis=0)] for x in pressed]
    mean, low, high = np.stack(told, axis=1).reshape(3, -1)
    return pd.DataFrame(
        {
            "members": np.repeat(n[n > 0], len(data["mechanism"])),
            "mean": mean,
            "low": low,
            "high": high,
        },
        index=rows,
    ).reset_index()
