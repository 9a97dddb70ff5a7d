"""The data of a run on disk, written some wars at a time, so that any number of them fits.

A run of more wars than are written together is never held whole: what is asked of its data is read
when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from zarr.storage import LocalStore

from holdfast.observe import MEANINGS, n_yet_to_fall
from holdfast.study.keep import write_tree_whole
from holdfast.study.simulate import War, join, observables, together
from holdfast.vocabulary.types import Trajectory


def write_data(path: Path, war: War, wars: Iterable[Trajectory]) -> xr.Dataset:
    """Write the observables of a run, whose wars come in chunks, and give them back.

    They are in memory if all were written together, else as `opened` gives them.
    """
    batches = _batches(war, wars)
    first, second = next(batches), next(batches, None)
    if second is None:
        write_tree_whole(path, partial(_begin, first))
        return first
    write_tree_whole(path, partial(_write, chain([first, second], batches)))
    return opened(path)


def opened(path: Path) -> xr.Dataset:
    """Data as they lie on disk: each variable is read when it is asked for, and not kept."""
    there: Any = store(path)
    return xr.open_dataset(there, engine="zarr", consolidated=False, chunks=None, cache=False)


def store(path: Path) -> LocalStore:
    """A folder as zarr is to take it: a name by itself could be read as an address, or expanded."""
    return LocalStore(path.absolute())


def _batches(war: War, wars: Iterable[Trajectory]) -> Iterator[xr.Dataset]:
    """Observables of so many wars as are written together, members numbered throughout."""
    waiting, n, done = [], 0, 0
    for chunk in chain(wars, [None]):
        if chunk is not None:
            waiting.append(chunk)
            n += len(chunk.present)
        if n >= together(war) or (chunk is None and n):
            data = observables(war, join(waiting))
            yield data.assign_coords(member=done + data["member"])
            waiting, n, done = [], 0, done + n


def _write(batches: Iterable[xr.Dataset], path: Path) -> None:
    total = n = np.zeros(())
    for data in batches:
        of = n_yet_to_fall(data)[..., None]
        total, n = total + of * np.nan_to_num(data["push"].to_numpy()), n + of
        if path.exists():
            others = [name for name in data.variables if "member" not in data[name].dims]
            data.drop_vars(others).to_zarr(store(path), append_dim="member", consolidated=False)
        else:
            _begin(data, path)
    mean = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    xr.Dataset({"push": (MEANINGS["push"][0], mean)}).to_zarr(
        store(path), mode="r+", consolidated=False
    )


def _begin(data: xr.Dataset, path: Path) -> None:
    """Write the first data: a chunk of each variable, words as strings that every reader has."""
    words = {n: c.astype(object) for n, c in data.coords.items() if c.dtype.kind == "U"}
    chunks = {
        name: {"chunks": [max(size, 1) for size in data[name].shape]}
        for name in data.variables
        if data[name].ndim
    }
    whole = data.assign_coords(words)
    whole.to_zarr(store(path), mode="w", consolidated=False, encoding=chunks)
