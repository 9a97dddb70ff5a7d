"""A fit on disk: a manifest, its chains one by one, and ArviZ groups made of them.

A chain is written when it is whole, and the manifest holds its digest; a fit that is killed loses
the chain it was at, and resuming draws the others just as they would have been drawn.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.infer import Draws, Sampler
from holdfast.study.about import about
from holdfast.study.catalogue import choose
from holdfast.study.data import store
from holdfast.study.draws import DRAWS
from holdfast.study.errors import CallError, Refused
from holdfast.study.evidence import evidence
from holdfast.study.fit import EFFORTS, Chains, Draw, Fit, draw_in_turn, path_at, settle
from holdfast.study.fit_manifest import FORMAT, FREE, MANIFEST, read_manifest
from holdfast.study.free import WARS, free_wars
from holdfast.study.keep import (
    claimed,
    digest_of,
    goes_on_with,
    locked,
    write_table,
    write_tree_whole,
    write_whole,
)
from holdfast.study.machine import device
from holdfast.study.manifest import (
    FILES,
    check_files,
    check_seal,
    check_versions,
    made_with,
    write_sealed,
)
from holdfast.study.own_war import FreeWars
from holdfast.study.page import page_of
from holdfast.study.posterior import Data, model_of
from holdfast.study.publish import REPORT
from holdfast.study.scenario import Scenario, known_at, load, where_from
from holdfast.study.stamp import check_begun_alike, check_rounding, stamp

MIDDLE, GROUPS = "middle.npy", "posterior.zarr"


def fit_to_folder(
    scenario: Scenario,
    known_on: date,
    effort: str = "full",
    seed: int = 1,
    without: tuple[str, ...] = (),
    out: Path | None = None,
    tell: Callable[[str], None] = lambda stage: None,
    draw: Draw = draw_in_turn,
    also: tuple[str, ...] = (),
) -> tuple[Path, Fit]:
    """Fit into a new folder, `fits/<scenario>-<day>-<stamp>` unless told."""
    settings = scenario.tables.settings
    if known_on <= settings.start:
        raise Refused(
            f"Nothing is known on {known_on}: the war of {scenario.names.scenario} begins"
            f" on {settings.start}. Give a day after {settings.start}."
        )
    check_rounding()
    mechanisms = [m.name for m in choose(settings.mechanisms, without, also=also)]
    name = f"{scenario.names.scenario}-{known_on}"
    cure = "or go on with it: holdfast fit --resume DIR"
    with claimed(out, "fits", name, cure) as folder:
        begin(folder, scenario, known_on, effort, seed, mechanisms)
        return folder, _completed(folder, tell, draw)


def begin(
    folder: Path, scenario: Scenario, known_on: date, effort: str, seed: int,
    mechanisms: Sequence[str] = (),
) -> None:  # fmt: skip
    """Write the manifest of a fit of which there is nothing yet, of all that is in use if none of
    the mechanisms is named."""
    in_use = choose(scenario.tables.settings.mechanisms)
    manifest = {
        "format": FORMAT,
        **made_with(),
        "stamp": stamp(),
        "device": device(),
        "scenario": where_from(scenario),
        "fingerprint": scenario.tables.fingerprint,
        "known_on": known_on.isoformat(),
        "effort": effort,
        "seed": seed,
        "mechanisms": list(mechanisms) or [m.name for m in in_use],
        FREE: {},
        FILES: {},
    }
    write_sealed(folder / MANIFEST, manifest)


def resume_fit(
    folder: Path, tell: Callable[[str], None] = lambda stage: None, draw: Draw = draw_in_turn
) -> Fit:
    """The fit of a folder, with whatever it lacks made now; a complete one is only read."""
    manifest = read_manifest(folder)
    if all(name in manifest[FILES] and (folder / name).exists() for name in _names(manifest)):
        return _completed(folder, tell, draw)
    with goes_on_with("holdfast fit --resume", folder), locked(folder):
        check_versions(folder, manifest)
        cure = "go on with what it was begun with, or fit it anew"
        check_begun_alike(f"fit {folder}", manifest["stamp"], cure)
        if manifest["device"] != device():
            allowed = f"as when it began: {manifest['device']}"
            raise CallError(f"device of {folder}", device(), allowed, "go on there, or fit it anew")
        return _completed(folder, tell, draw)


def _completed(folder: Path, tell: Callable[[str], None], draw: Draw) -> Fit:
    with goes_on_with("holdfast fit --resume", folder):
        return _complete(folder, tell, draw)


def _complete(folder: Path, tell: Callable[[str], None], draw: Draw) -> Fit:
    manifest = read_manifest(folder)
    scenario = load(manifest["scenario"])
    if scenario.tables.fingerprint != manifest["fingerprint"]:
        raise CallError("fit", folder, "made from the scenario as it is now", "fit it anew")
    check_seal(folder / MANIFEST, manifest)
    day, seed = date.fromisoformat(manifest["known_on"]), manifest["seed"]
    effort = EFFORTS[manifest["effort"]]
    mechanisms = choose(only=manifest["mechanisms"])
    model = model_of(known_at(scenario, day), mechanisms)
    found = evidence(scenario, day)
    days = scenario.names.days
    if _has(folder, MIDDLE):
        middle = np.load(folder / MIDDLE)
        path = path_at(model, found, middle, seed, days)
    else:
        sampler = Sampler(model.log_likelihood, len(model.free), effort.warmup, effort.draws)
        path, middle = settle(model, sampler, found, seed, days, tell)
        keep(folder, MIDDLE, np.save, middle)
    left = [n for n in range(effort.chains) if not _has(folder, chain(n))]
    asked = Chains(model, effort, seed, middle, path, Data.of(found))
    for number, draws in draw(asked, left, tell) if left else ():
        keep(folder, chain(number), np.savez, **draws._asdict())
    chains = tuple(_draws(folder / chain(number)) for number in range(effort.chains))
    made = Fit(scenario, model, day, found, chains, path, middle)
    if not _has(folder, GROUPS):
        written = groups(made)
        write_tree_whole(
            folder / GROUPS, lambda to: written.to_zarr(store(to), "w", consolidated=False)
        )
        _note(folder, GROUPS)
    if not _has(folder, DRAWS):
        write_table(folder / DRAWS, draws_of(made))
        _note(folder, DRAWS)
    if not manifest[FREE] or not _has(folder, REPORT):
        tell(f"{WARS} free wars beside the record")
        _judge(folder, made, seed)
    return replace(made, free=FreeWars.from_dict(read_manifest(folder)[FREE]))


def _judge(folder: Path, made: Fit, seed: int) -> None:
    """Keep what free wars of the fit are beside the record, and show them as a page."""
    started = time.perf_counter()
    free, run = free_wars(made, folder, seed)
    write_sealed(folder / MANIFEST, {**read_manifest(folder), FREE: free.as_dict()})
    said = about(run, folder.name, time.perf_counter() - started)
    write_whole(folder / REPORT, page_of(run, said).encode())
    _note(folder, REPORT)


def chain(number: int) -> str:
    """File of a chain."""
    return f"chain-{number}.npz"


def keep(folder: Path, name: str, how: Callable[..., None], *args: Any, **named: Any) -> None:
    """Write arrays of a fit to a file of its folder, and its digest into the manifest."""
    data = io.BytesIO()
    how(data, *args, **named)
    write_whole(folder / name, data.getvalue())
    _note(folder, name)


def _note(folder: Path, name: str) -> None:
    manifest = read_manifest(folder)
    files = {**manifest[FILES], name: digest_of(folder / name)}
    write_sealed(folder / MANIFEST, {**manifest, FILES: files})


def _has(folder: Path, name: str) -> bool:
    """Whether a file is there and whole; one that was altered since is refused."""
    manifest = read_manifest(folder)
    if name not in manifest[FILES] or not (folder / name).exists():
        return False
    cure = f"delete it, then holdfast fit --resume {folder}: it is made again"
    check_files(folder, manifest, [name], cure)
    return True


def _draws(path: Path) -> Draws:
    with np.load(path) as kept:
        return Draws(**kept)


def _names(manifest: dict[str, Any]) -> list[str]:
    effort = EFFORTS.get(manifest["effort"])
    chains = range(effort.chains) if effort else ()
    return [MIDDLE, *map(chain, chains), GROUPS, DRAWS, REPORT]


def draws_of(made: Fit) -> pd.DataFrame:
    """Every draw of the posterior, in the parameters' own units: what a run takes its values of."""
    values = made.model.many(made.z)
    named = {name: name.split(".", 1) for name in made.model.free}
    return pd.DataFrame({name: values[owner][short] for name, (owner, short) in named.items()})


def groups(made: Fit) -> Any:
    """The fit as ArviZ groups, an xarray.DataTree: posterior and sample_stats.

    Parameters are in their own units; `z` holds them in standard deviations of the prior.
    """
    import arviz_base

    values = [made.model.many(chain.z) for chain in made.chains]
    posterior = {
        name: np.stack([v[name.split(".")[0]][name.split(".")[1]] for v in values])
        for name in made.model.free
    }
    posterior["z"] = np.stack([chain.z for chain in made.chains])
    stats = {
        "diverging": np.stack([chain.diverging for chain in made.chains]),
        "n_steps": np.stack([chain.gradients for chain in made.chains]),
        "lp": np.stack([c.log_likelihood - 0.5 * (c.z**2).sum(-1) for c in made.chains]),
    }
    data = {"posterior": posterior, "sample_stats": stats}
    coords = {"parameter": np.array(made.model.free, object)}
    return arviz_base.from_dict(data, coords=coords, dims={"z": ["parameter"]})
