"""Parameter values of every member: by default set, by prior or by a fit, at its own address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from holdfast.engine.run import keys
from holdfast.records.files import Unreadable
from holdfast.records.plain import read_plain
from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError, Refused
from holdfast.study.limits import check_values
from holdfast.vocabulary import chance
from holdfast.vocabulary.address import addresses
from holdfast.vocabulary.chance import Purpose
from holdfast.vocabulary.priors import PRIORS
from holdfast.vocabulary.types import Mechanism, Parameter

SETS = ("default", "prior")
DRAWS = "draws.csv"
"""File of a fit with a row for each draw of its posterior and a column for each free parameter."""

TINY = 1e-9
"""Share of a prior beyond which nothing is drawn, so that no draw is infinite."""

A_DRAW = "which draw of a fit"
"""Address of the number by which a member is given a draw, beside the names of parameters."""


def with_scenario_priors(
    known: Mapping[str, Parameter], table: pd.DataFrame
) -> dict[str, Parameter]:
    """The parameters known, with the priors that a scenario states in place of the general ones."""
    found = dict(known)
    for row in table.to_dict("records"):
        name = row["parameter"]
        if name in found:
            prior = PRIORS[row["distribution"]](row["a"], row["b"])
            found[name] = replace(found[name], prior=prior, mark=row["mark"])
    return found


def draw_values(
    chosen: Iterable[Mechanism],
    priors: pd.DataFrame,
    defaults: pd.DataFrame,
    fixed: Mapping[str, float],
    seed: int,
    members: np.ndarray,
    which: str = "default",
) -> dict[str, dict[str, np.ndarray]]:
    """Values for the engine, {owner: {parameter: [members]}}.

    From the `prior`; from the scenario's `default` set: there each parameter is a value and a
    spread, in standard deviations of the prior, around it; or from the folder of a fit, a draw of
    its posterior for each member. Parameters that a set or a fit does not name are at the median
    of their prior. `fixed` values hold in every member. A member's draw depends on seed, member
    and the parameter's name alone; of a fit, on seed and member.
    """
    chosen = tuple(chosen)
    known = with_scenario_priors(parameters(chosen), priors)
    check_set(which)
    check_names(fixed, known, "--set")
    middles = _middles(defaults) if which == "default" else {}
    fitted = {} if which in SETS else _of_a_fit(Path(which), known, seed, members)
    owners: dict[str, dict[str, np.ndarray]] = {m.name: {} for m in chosen} | {"ground": {}}
    u = _uniforms(list(known), seed, members)
    for name, parameter in known.items():
        owner, short = name.split(".", 1)
        if name in fixed:
            values = np.full(len(members), float(fixed[name]))
        elif name in fitted:
            values = fitted[name]
        elif which == "prior":
            values = parameter.prior.quantile(u[name])
        else:
            middle, spread = middles.get(name, (float(parameter.prior.quantile(0.5)), 0.0))
            at = ndtri(np.clip(parameter.prior.share_below(middle), 1e-6, 1 - 1e-6))
            share = np.clip(ndtr(at + spread * ndtri(u[name])), TINY, 1 - TINY)
            values = parameter.prior.quantile(share)
            values = np.where(spread == 0, middle, values)
        with np.errstate(over="ignore"):  # refused below
            owners[owner][short] = np.asarray(values, np.float32)
    check_values(chosen, owners, "parameter")
    return owners


def _middles(defaults: pd.DataFrame) -> dict[str, tuple[float, float]]:
    spread = defaults["spread"].fillna(0.0) if len(defaults) else []
    return {
        str(name): (float(value), float(width))
        for name, value, width in zip(defaults["parameter"], defaults["value"], spread, strict=True)
    }


def _uniforms(names: list[str], seed: int, members: np.ndarray) -> dict[str, np.ndarray]:
    """A uniform number for each name and member."""
    drawn = np.asarray(_uniforms_at(keys(seed, members), addresses(names)), float)
    return dict(zip(names, drawn.T, strict=True))


@jax.jit
def _uniforms_at(of: jax.Array, places: jax.Array) -> jax.Array:
    """For keys [B, 2] and places [P] a uniform number each, [B, P]."""
    return jax.vmap(lambda key: chance.uniform(key, Purpose.PARAMETER, 0, places))(of)


def _of_a_fit(
    folder: Path, known: Mapping[str, Parameter], seed: int, members: np.ndarray
) -> dict[str, np.ndarray]:
    """One draw of the posterior for each member, {parameter: [members]}."""
    draws = _posterior(folder)
    left = [name for name in known if name.endswith(".strength") and name not in draws]
    if left:
        names = [name.split(".")[0] for name in left]
        cure = " ".join(f"--without {name}" for name in names)
        raise CallError("mechanism", ", ".join(names), f"mechanisms of the fit {folder}", cure)
    row = (_uniforms([A_DRAW], seed, members)[A_DRAW] * len(draws)).astype(int)
    return {str(name): draws[name].to_numpy(float)[row] for name in draws if name in known}


def _posterior(folder: Path) -> pd.DataFrame:
    """The draws of a fit's folder, a row each and a column for each free parameter.

    In an order of their own: a draw has no name, so which of them a member is given must not hang
    on where it stands in the file.
    """
    try:
        draws = pd.DataFrame(read_plain(folder, DRAWS, ()))
    except Unreadable as e:
        cure = f"fit it anew, or put the file back; {e}"
        raise CallError("parameter set", folder, "the folder of a finished fit", cure) from e
    if not len(draws):
        raise CallError("parameter set", folder, f"draws in {DRAWS}", "fit it anew")
    return draws.sort_values(sorted(draws.columns), ignore_index=True)


def check_set(which: str) -> None:
    """Refuse a parameter set that is neither a name nor the folder of a finished fit."""
    if which not in SETS and not (Path(which) / DRAWS).is_file():
        if (Path(which) / "fit.json").is_file():
            raise Refused(f"The fit {which} is not finished: holdfast fit --resume {which}")
        if (Path(which) / "manifest.json").is_file():
            raise Refused(
                f"{which} is the folder of a run, not of a fit. Name the folder of a fit."
            )
        allowed = f"{', '.join(SETS)} or the folder of a finished fit"
        raise CallError("parameter set", which, allowed, nearest(which, SETS))


def fingerprint_of(which: str) -> str:
    """The name of a set; of a fit, a digest of its draws."""
    if which in SETS:
        return which
    return hashlib.sha256((Path(which) / DRAWS).read_bytes()).hexdigest()[:16]


def check_names(given: Iterable[str], known: Mapping[str, Parameter], where: str) -> None:
    """Refuse a parameter that no part of the program has."""
    everything = parameters(catalogue().values())
    for name in given:
        if name in known:
            continue
        if name in everything:
            owner = name.split(".")[0]
            cure = f"switch '{owner}' on with --with {owner}, or leave the parameter out"
            raise CallError(f"{where} parameter", name, "parameters of mechanisms in use", cure)
        allowed = "OWNER.PARAMETER, as `holdfast mechanisms OWNER` lists them"
        raise CallError(f"{where} parameter", name, allowed, _nearest_parameter(name, everything))


def _nearest_parameter(name: str, everything: Iterable[str]) -> str:
    """The cure for a wrong name: one that is near, or those of the owner, but never all of them."""
    known = list(everything)
    of_owner = [p for p in known if p.split(".")[0] == name.split(".")[0]]
    cure = nearest(name, of_owner or known)
    return (
        cure
        if of_owner or len(cure) < 80
        else "`holdfast mechanisms` lists their owners, beside ground"
    )
