"""A fit on disk: a manifest, its chains one by one, and ArviZ groups made of them.

A chain is written when it is whole, and the manifest holds its digest; a fit that is killed loses
the chain it was at, and resuming draws the others just as they would have been drawn.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.infer import Draws, Sampler
from holdfast.study.catalogue import choose
from holdfast.study.draws import DRAWS
from holdfast.study.errors import CallError
from holdfast.study.evidence import evidence
from holdfast.study.fit import EFFORTS, Chains, Draw, Fit, draw_in_turn, path_at, settle
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
    SEAL,
    check_files,
    check_seal,
    check_versions,
    made_with,
    read_sealed,
    write_sealed,
)
from holdfast.study.posterior import Data, model_of
from holdfast.study.scenario import Scenario, known_at, load
from holdfast.study.stamp import check_begun_alike, check_rounding, stamp
from holdfast.study.store import where_from

MANIFEST, MIDDLE, GROUPS = "fit.json", "middle.npy", "posterior.zarr"
FORMAT = 3
"""Of a fit's files; 3 since its manifest says all that decides how numbers are rounded."""

KINDS: dict[str, tuple[type, ...]] = {
    "format": (int,), "holdfast": (str,), "jax": (str,), "device": (str,), "scenario": (str,),
    "fingerprint": (str,), "known_on": (str,), "effort": (str,), "seed": (int,),
    "without": (list,), "stamp": (dict,), FILES: (dict,), SEAL: (str,),
}  # fmt: skip
"""Keys of a manifest."""


def fit_to_folder(
    scenario: Scenario,
    known_on: date,
    effort: str = "full",
    seed: int = 1,
    without: tuple[str, ...] = (),
    out: Path | None = None,
    tell: Callable[[str], None] = lambda stage: None,
    draw: Draw = draw_in_turn,
) -> tuple[Path, Fit]:
    """Fit into a new folder, `fits/<scenario>-<day>-<stamp>` unless told."""
    settings = scenario.tables.settings
    if known_on <= settings.start:
        raise CallError(
            "until", known_on, f"a day after {settings.start}", "the war has begun then"
        )
    check_rounding()
    choose(settings.mechanisms, without)
    name = f"{scenario.names.scenario}-{known_on}"
    cure = "or go on with it: holdfast fit --resume DIR"
    with claimed(out, "fits", name, cure) as folder:
        begin(folder, scenario, known_on, effort, seed, without)
        return folder, _completed(folder, tell, draw)


def begin(
    folder: Path, scenario: Scenario, known_on: date, effort: str, seed: int,
    without: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Write the manifest of a fit of which there is nothing yet."""
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
        "without": list(without),
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
    with goes_on_with(f"holdfast fit --resume {folder}"), locked(folder):
        check_versions(folder, manifest)
        cure = "go on with what it was begun with, or fit it anew"
        check_begun_alike(f"fit {folder}", manifest["stamp"], cure)
        if manifest["device"] != device():
            allowed = f"as when it began: {manifest['device']}"
            raise CallError(f"device of {folder}", device(), allowed, "go on there, or fit it anew")
        return _completed(folder, tell, draw)


def _completed(folder: Path, tell: Callable[[str], None], draw: Draw) -> Fit:
    with goes_on_with(f"holdfast fit --resume {folder}"):
        return _complete(folder, tell, draw)


def _complete(folder: Path, tell: Callable[[str], None], draw: Draw) -> Fit:
    manifest = read_manifest(folder)
    scenario = load(manifest["scenario"])
    if scenario.tables.fingerprint != manifest["fingerprint"]:
        raise CallError("fit", folder, "made from the scenario as it is now", "fit it anew")
    check_seal(folder / MANIFEST, manifest)
    known_on, seed = date.fromisoformat(manifest["known_on"]), manifest["seed"]
    effort = EFFORTS[manifest["effort"]]
    mechanisms = choose(scenario.tables.settings.mechanisms, tuple(manifest["without"]))
    model = model_of(known_at(scenario, known_on), mechanisms)
    found = evidence(scenario, known_on)
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
    made = Fit(scenario, model, known_on, found, chains, path, middle)
    if not _has(folder, GROUPS):
        written = groups(made)
        write_tree_whole(folder / GROUPS, lambda to: written.to_zarr(to, "w", consolidated=False))
        _note(folder, GROUPS)
    if not _has(folder, DRAWS):
        write_table(folder / DRAWS, draws_of(made))
        _note(folder, DRAWS)
    return made


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
    return [MIDDLE, *map(chain, chains), GROUPS, DRAWS]


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a fit says; refused unless it is one of this layout."""
    return read_sealed(folder / MANIFEST, FORMAT, KINDS, "holdfast fit")


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
