"""A fit on disk: a manifest, its chains one by one, and ArviZ groups made of them.

A chain is written when it is whole; a fit that is killed loses the chain it was at, and resuming
draws the others just as they would have been drawn.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.infer import Draws, Sampler
from holdfast.study.catalogue import choose
from holdfast.study.draws import DRAWS
from holdfast.study.errors import CallError
from holdfast.study.evidence import evidence
from holdfast.study.fit import EFFORTS, Fit, path_at, settle
from holdfast.study.posterior import Data, model_of
from holdfast.study.scenario import Scenario, known_at, load
from holdfast.study.store import fresh, where_from, write_whole

MANIFEST, MIDDLE, GROUPS = "fit.json", "middle.npy", "posterior.zarr"
FORMAT = 1


def fit_to_folder(
    scenario: Scenario,
    known_on: date,
    effort: str = "full",
    seed: int = 1,
    without: tuple[str, ...] = (),
    out: Path | None = None,
    tell: Callable[[str], None] = lambda stage: None,
) -> tuple[Path, Fit]:
    """Fit into a new folder, `fits/<scenario>-<day>-<stamp>` unless told."""
    settings = scenario.tables.settings
    if known_on <= settings.start:
        raise CallError(
            "until", known_on, f"a day after {settings.start}", "the war has begun then"
        )
    choose(settings.mechanisms, without)
    name = f"{scenario.names.scenario}-{known_on}"
    folder = fresh(out, "fits", name, "or go on with it: holdfast fit --resume DIR")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "format": FORMAT,
        "version": version("holdfast"),
        "scenario": where_from(scenario),
        "fingerprint": scenario.tables.fingerprint,
        "known_on": known_on.isoformat(),
        "effort": effort,
        "seed": seed,
        "without": list(without),
    }
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return folder, resume_fit(folder, tell)


def resume_fit(folder: Path, tell: Callable[[str], None] = lambda stage: None) -> Fit:
    """The fit of a folder, with whatever it lacks made now."""
    manifest = read_manifest(folder)
    scenario = load(manifest["scenario"])
    if scenario.tables.fingerprint != manifest["fingerprint"]:
        raise CallError("fit", folder, "made from the scenario as it is now", "fit it anew")
    known_on, seed = date.fromisoformat(manifest["known_on"]), manifest["seed"]
    effort = EFFORTS[manifest["effort"]]
    mechanisms = choose(scenario.tables.settings.mechanisms, tuple(manifest["without"]))
    model = model_of(known_at(scenario, known_on), mechanisms)
    found = evidence(scenario, known_on)
    sampler = Sampler(model.log_likelihood, len(model.free), effort.warmup, effort.draws)
    days = scenario.names.days
    if (folder / MIDDLE).exists():
        middle = np.load(folder / MIDDLE)
        path = path_at(model, found, middle, seed, days)
    else:
        path, middle = settle(model, sampler, found, seed, days, tell)
        _save(folder / MIDDLE, np.save, middle)
    chains = []
    for number in range(effort.chains):
        file = folder / f"chain-{number}.npz"
        if not file.exists():
            tell(f"chain {number + 1} of {effort.chains}")
            draws = sampler.draw(seed + number, middle, path, Data.of(found))
            _save(file, np.savez, **draws._asdict())
        with np.load(file) as kept:
            chains.append(Draws(**kept))
    made = Fit(scenario, model, known_on, found, tuple(chains), path, middle)
    if not (folder / DRAWS).exists():
        groups(made).to_zarr(folder / GROUPS, mode="w", consolidated=False)
        write_whole(folder / DRAWS, draws_of(made).to_csv(index=False).encode())
    return made


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a fit says."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, json.JSONDecodeError) as e:
        raise CallError(
            "fit", folder, f"a folder with a {MANIFEST}", "holdfast fit makes one"
        ) from e
    if manifest.get("format") != FORMAT:
        raise CallError("fit", folder, f"of format {FORMAT}", "fit it anew with this version")
    return manifest


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


def _save(path: Path, how: Callable[..., None], *args: Any, **named: Any) -> None:
    data = io.BytesIO()
    how(data, *args, **named)
    write_whole(path, data.getvalue())
