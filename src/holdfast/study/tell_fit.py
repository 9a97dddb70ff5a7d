"""Fits and forecasts in words and tables, in 80 columns."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from holdfast.explain.verdict import LEARNED_NOTHING
from holdfast.study.evidence import EVERYTHING_KNOWN
from holdfast.study.fit import Fit
from holdfast.study.forecast import DO_NOT_USE_FOR, Scored
from holdfast.study.own_war import RULE, FreeWars
from holdfast.study.predictive import Predicted, predict
from holdfast.study.standstill import standstill

WIDTH = 80
CONFLICT = 2.0
"""Standard deviations of the prior beyond which a posterior mean is called in conflict with it."""

STAYED = 0.5
"""Standard deviations within which a mean must have stayed for nothing to have been learned."""


ODD = 0.05
"""Share of whole wars below which a pause as long as the record's is called unexplained."""


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


def known_by(fit: Fit) -> str:
    """Which knowledge a fit rests on, in words."""
    whole = fit.known_on == EVERYTHING_KNOWN
    return "all that is known" if whole else f"what was known on {fit.known_on}"


def prediction(fit: Fit, draws: int = 60) -> Predicted:
    """Falls week by week as the fit foretells them along the record."""
    some = fit.z[:: max(1, len(fit.z) // draws)]
    last = min(fit.found.until, fit.scenario.names.days)
    return predict(fit.model, fit.path, fit.found.dated, last, some)


def fit_text(fit: Fit) -> str:
    """What was learned, what was not, where prior and record conflict, and how well it sampled."""
    table, found = fit_table(fit), fit.found
    dates = int(np.isfinite(np.asarray(found.dated.by)).sum())
    counts = "1 count" if len(found.count_ids) == 1 else f"{len(found.count_ids)} counts"
    lines = [
        fit.scenario.names.title,
        f"fitted to {known_by(fit)}: {dates} dated falls, {counts}",
        "",
        f"{'parameter':<25}{'prior, 90%':>24}{'posterior, 90%':>25}{'z':>6}",
    ]
    for row in table.to_dict("records"):
        prior = _span(row["prior"], row["prior_low"], row["prior_high"])
        posterior = _span(row["posterior"], row["low"], row["high"])
        lines.append(f"{row['parameter']:<25}{prior:>24}{posterior:>25}{row['z']:>+6.1f}")
    lines += ["", *_learned(table), *_sampled(fit, table), ""]
    lines += [
        *_predicted(fit),
        *_standstill(fit),
        "",
        *free_lines(fit.free),
        *_judged(fit.free),
        "",
    ]
    held = f"z: posterior mean in standard deviations of the prior. {held_elsewhere(fit)}"
    lines += textwrap.wrap(f"{held} Inside the model.", WIDTH)
    return "\n".join(lines)


def free_lines(free: FreeWars | None) -> list[str]:
    """Free wars of a fit beside the record."""
    if free is None:
        return []
    lines = textwrap.wrap(
        f"{free.wars} free wars of the fit, from the first day and counted as `holdfast run` does,"
        f" beside the record to {free.until}, to which it was fitted:", WIDTH,
    )  # fmt: skip
    lines.append(f"{'':44}{'inside the 90% band':>19}{'its width':>17}")
    for title, rows, inside, width in free.trackers:
        name = textwrap.shorten(title, 42, placeholder="..")
        wide = f"{100 * width:.0f}% of all"
        lines.append(f"  {name:42}{f'{inside} of {rows} counts':>19}{wide:>17}")
    return lines


def _judged(free: FreeWars | None) -> list[str]:
    if free is None:
        return []
    return [*textwrap.wrap(free.verdict, WIDTH), *textwrap.wrap(RULE, WIDTH)]


def held_elsewhere(fit: Fit) -> str:
    """How many parameters are not fitted, and that the scenario's own set is not used."""
    text = (
        f"{len(fit.model.fixed)} other parameters are held at the middle of their priors:"
        " `holdfast mechanisms` lists them."
    )
    own = list(fit.scenario.tables.parameters["parameter"])
    n = len(set(own) & set(fit.model.fixed))
    if own:
        values = "1 value" if len(own) == 1 else f"{len(own)} values"
        text += (
            f" The scenario's own set (parameters.csv, {values}, {n} of them of parameters that are"
            " held) is not used."
        )
    return text


def _predicted(fit: Fit) -> list[str]:
    found = prediction(fit)
    start = pd.Timestamp(fit.scenario.tables.settings.start)
    lines = [f"{'first falls in the week to':<28}{'recorded':>10}{'wars of the fit, 90%':>24}"]
    rows = zip(found.ends, found.recorded, found.low, found.high, strict=True)
    for end, recorded, low, high in rows:
        day = f"{start + pd.Timedelta(days=end - 1):%d %b %Y}"
        mark = "" if low <= recorded <= high else "  outside"
        lines.append(f"{day:<28}{recorded:>10.0f}{f'{low:.0f} to {high:.0f}':>24}{mark}")
    text = (
        f"The record's weeks are {found.excess:.1f} times as far from what is expected as those of"
        " wars drawn from the fit."
    )
    return [*lines, *textwrap.wrap(text, WIDTH)]


def _standstill(fit: Fit) -> list[str]:
    last = min(fit.found.until, fit.scenario.names.days)
    found = standstill(fit.model, fit.found.dated, last, fit.z)
    if found is None:
        return textwrap.wrap("Too few falls are dated to look for standstills.", WIDTH)
    text = (
        f"The record's longest pause between dated falls, the first and the last tenth of them"
        f" left out, is {found.recorded:.0f} days; in whole wars of the fit it is {found.low:.0f}"
        f" to {found.high:.0f} (90%), and as long in {100 * found.chance:.0f}%."
    )
    if found.chance < ODD:
        text += " The record stood still for a reason that the model does not have."
    return textwrap.wrap(text, WIDTH)


def _learned(table: pd.DataFrame) -> list[str]:
    conflict = table["parameter"][table["z"].abs() > CONFLICT]
    nothing = table["parameter"][(table["sd"] > LEARNED_NOTHING) & (table["z"].abs() < STAYED)]
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
        f"forecast from {known_by(wars.fit)}: {len(mine.falls)} wars,"
        f" {info.at_risk.sum()} districts at risk",
        *textwrap.wrap(_not_its_war(wars.fit), WIDTH),
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


def _not_its_war(fit: Fit) -> str:
    """That the forecast comes from a fit that does not make its own war, if it does not."""
    return "" if fit.free is None or fit.free.makes_its_war else fit.free.verdict


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
