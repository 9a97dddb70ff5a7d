"""Fits and forecasts in words and tables, in 80 columns."""

from __future__ import annotations

import textwrap

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from holdfast.study.fit import Fit
from holdfast.study.forecast import DO_NOT_USE_FOR, Scored

WIDTH = 80
CONFLICT = 2.0
"""Standard deviations of the prior beyond which a posterior mean is called in conflict with it."""

LEARNED = 0.9
"""Posterior spread, as a part of the prior's, above which the record has taught nothing."""


def fit_table(fit: Fit) -> pd.DataFrame:
    """One row for each free parameter: prior and posterior, what was learned, how well sampled.

    Columns: parameter; prior, low and high of its 90%; posterior, low and high; `z`, the posterior
    mean in standard deviations of the prior, and `sd`, its spread in them; ess and rhat
    [vehtari-2021].
    """
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    z = np.stack([chain.z for chain in fit.chains])
    ess, rhat = effective_sample_size(z), split_gelman_rubin(z)
    values = fit.model.many(fit.z)
    rows = []
    for i, (name, prior) in enumerate(zip(fit.model.free, fit.model.priors, strict=True)):
        owner, short = name.split(".", 1)
        before = np.asarray(prior.quantile(np.asarray([0.5, 0.05, 0.95])))
        after = np.quantile(values[owner][short], [0.5, 0.05, 0.95])
        rows.append((name, *before, *after, fit.z[:, i].mean(), fit.z[:, i].std(), ess[i], rhat[i]))
    columns = ["parameter", "prior", "prior_low", "prior_high", "posterior", "low", "high", "z",
               "sd", "ess", "rhat"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def weeks(fit: Fit, draws: int = 50) -> pd.DataFrame:
    """Districts fallen by the end of each week: the record beside what the fit expects of it.

    Columns: day; recorded, by the middle of intervals; expected, low and high of 90% of draws.
    The expectation is conditional on the record, not a forecast.
    """
    some = fit.z[:: max(1, len(fit.z) // draws)].astype(np.float32)
    fallen = jax.jit(lambda z: fit.model.course(fit.path, z)[1])
    counts = np.asarray(fit.found.dated.counts)
    expected = np.stack([np.asarray(fallen(jnp.asarray(z))) @ counts for z in some])
    ends = np.asarray(fit.path.days) + fit.path.every
    after, by = (np.asarray(x) for x in fit.found.dated[:2])
    middle = np.where(np.isfinite(by), (after + by) / 2, np.inf)
    start = pd.Timestamp(fit.scenario.tables.settings.start)
    rows = []
    for end in range(14, fit.found.until + 1, 14):
        at = np.searchsorted(ends, end)
        if at < len(ends):
            low, mean, high = np.quantile(expected[:, at], [0.05, 0.5, 0.95])
            day = start + pd.Timedelta(days=end - 1)
            rows.append((day, float(((middle <= end) * counts).sum()), mean, low, high))
    return pd.DataFrame(rows, columns=["day", "recorded", "expected", "low", "high"])


def fit_text(fit: Fit) -> str:
    """What was learned, what was not, where prior and record conflict, and how well it sampled."""
    table, found = fit_table(fit), fit.found
    dates = int(np.isfinite(np.asarray(found.dated.by)).sum())
    lines = [
        fit.scenario.names.title,
        f"fitted to what was known on {fit.known_on}: {dates} dated falls,"
        f" {len(found.count_ids)} counts",
        "",
        f"{'parameter':<25}{'prior, 90%':>24}{'posterior, 90%':>25}{'z':>6}",
    ]
    for row in table.to_dict("records"):
        prior = _span(row["prior"], row["prior_low"], row["prior_high"])
        posterior = _span(row["posterior"], row["low"], row["high"])
        lines.append(f"{row['parameter']:<25}{prior:>24}{posterior:>25}{row['z']:>+6.1f}")
    lines += ["", *_learned(table), *_sampled(fit, table), ""]
    lines.append(f"{'districts fallen by':<20}{'recorded':>10}{'expected, given the record':>32}")
    for row in weeks(fit).to_dict("records"):
        band = f"{row['expected']:.0f} [{row['low']:.0f}, {row['high']:.0f}]"
        lines.append(f"{row['day']:%d %b %Y}{row['recorded']:>19.0f}{band:>32}")
    held = len(fit.model.fixed)
    lines += ["", textwrap.fill(
        f"z: posterior mean in standard deviations of the prior. {held} other parameters are held"
        " at the middle of their priors: `holdfast mechanisms` lists them. Inside the model.",
        WIDTH,
    )]  # fmt: skip
    return "\n".join(lines)


def _learned(table: pd.DataFrame) -> list[str]:
    conflict = table["parameter"][table["z"].abs() > CONFLICT]
    nothing = table["parameter"][table["sd"] > LEARNED]
    lines = []
    if len(conflict):
        lines += textwrap.wrap(
            "Prior and record conflict (posterior mean beyond two standard deviations): "
            f"{', '.join(conflict)}. The model bends priors that say otherwise.", WIDTH,
        )  # fmt: skip
    if len(nothing):
        lines += textwrap.wrap(f"The record teaches nothing of: {', '.join(nothing)}.", WIDTH)
    return lines


def _sampled(fit: Fit, table: pd.DataFrame) -> list[str]:
    diverging = sum(int(chain.diverging.sum()) for chain in fit.chains)
    text = (
        f"{len(fit.z)} draws in {len(fit.chains)} chains; effective sample size"
        f" {table['ess'].min():.0f} or more, R-hat {table['rhat'].max():.2f} or less,"
        f" {diverging} divergences."
    )
    return textwrap.wrap(text, WIDTH)


def _span(middle: float, low: float, high: float) -> str:
    return f"{_short(middle)} [{_short(low)}, {_short(high)}]"


def _short(x: float) -> str:
    return f"{x:.2g}".replace("e-0", "e-")


def forecast_text(found: Scored) -> str:
    """What is forecast by date, with its bands, beside what came; and scores beside baselines."""
    info, wars = found.known, found.wars
    start = pd.Timestamp(wars.fit.scenario.tables.settings.start)
    mine = found.forecasts[0]
    lines = [
        wars.fit.scenario.names.title,
        f"forecast from what was known on {wars.fit.known_on}: {len(mine.falls)} wars,"
        f" {info.at_risk.sum()} districts at risk",
        "",
        f"{'more districts fallen by':<26}{'median':>8}{'50%':>13}{'90%':>13}{'dated so far':>16}",
    ]
    came = found.outcome.best
    for day in found.days:
        more = (mine.fallen(day) & info.at_risk).sum(1)
        q = np.quantile(more, [0.5, 0.25, 0.75, 0.05, 0.95])
        bands = f"{q[0]:>8.0f}{f'{q[1]:.0f} to {q[2]:.0f}':>13}{f'{q[3]:.0f} to {q[4]:.0f}':>13}"
        date = f"{start + pd.Timedelta(days=day - 1):%d %b %Y}"
        lines.append(f"{date:<26}{bands}{(came[info.at_risk] <= day).sum():>16}")
    lines += ["", f"{'scores (less is better)':<26}{'log':>9}{'Brier':>9}{'CRPS':>9}"
              f"{'capitals':>10}{'cells':>9}"]  # fmt: skip
    for row in found.scores.to_dict("records"):
        lines.append(
            f"{row['forecast']:<26}{row['log_score']:>9.3f}{row['brier']:>9.3f}{row['crps']:>9.1f}"
            f"{row['crps_capitals']:>10.2f}{row['crps_cells']:>9.3f}"
        )
    lines += ["", _against_best(found), "", textwrap.fill(DO_NOT_USE_FOR, WIDTH)]
    return "\n".join(lines)


def _against_best(found: Scored) -> str:
    """The log score against the best baseline's, with its interval, in a sentence."""
    every = found.scores.to_dict("records")
    baselines = [row for row in every if row["forecast"] != "holdfast"]
    best = min(baselines, key=lambda row: row["log_score"])["forecast"]
    row = next(
        row
        for row in found.differences.to_dict("records")
        if row["score"] == "log_score" and row["forecast"] == best
    )
    verb = "better" if row["better"] > 0 else "worse"
    return textwrap.fill(
        f"By the log score holdfast is {abs(row['better']):.0f}% {verb} than the best baseline"
        f" ({best}); 95% interval by provinces {row['low95']:+.0f}% to {row['high95']:+.0f}%,"
        " above 0 better.", WIDTH,
    )  # fmt: skip
