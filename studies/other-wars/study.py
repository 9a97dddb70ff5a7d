"""The same model on wars it was not made for: does the record lie inside what it predicts?

    .venv/bin/python studies/other-wars/study.py --fit DIR [--members 200]

Fights each war under the priors and under the posterior of a fit of another war, asks every war
what the record says (facts.toml), judges by the rule in README.md, and writes results.csv, a
figure a war, and the tables of README.md beside this file.
"""

import argparse
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from asked import asked, collapsed, counted, gone
from tables import put, tables

from holdfast.explain.matched import jeffreys
from holdfast.records.read import find_scenario
from holdfast.report.findings import LEVELS, bands
from holdfast.score.scores import crps
from holdfast.study import load
from holdfast.study.simulate import simulate

mpl.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
WARS = ("iraq-2014", "vietnam-1975", "afghanistan-1989")
FITTED = "afghanistan-2021"
RULED_OUT, FIRST_DAYS = 0.05, 120
QUANTILES = [f"q{100 * level:02.0f}" for level in LEVELS]
AID = "1989-02-15:1;1991-12-31:1;1992-01-01:0"
READINGS = {  # war: name and changes of the call; None stands for no priors of the scenario's own
    "iraq-2014": {
        "without the killings at Camp Speicher": {
            "calendar.breach": "none", "calendar.breach_news": "none",
        },
    },
    "vietnam-1975": {"without the order of 14 March": {"calendar.withdrawal_order": "none"}},
    "afghanistan-1989": {
        "aid counted as presence to the end of 1991": {
            "calendar.ally_presence": AID, "calendar.announcement": "none",
        },
        "pay and aircraft kept to the end": {
            "calendar.pay_arrears": "0", "calendar.air_support": "1",
        },
    },
}  # fmt: skip
AS_DISTRICTS = "units counted as one district each"


def record_of(war):
    """Dated days with the record's count of units held, low to high."""
    control = load(war).tables.control
    rows = control[(control["tracker"] == "centres") & (control["measure"] == "held")]
    return rows[["date", "value_low", "value_high"]].sort_values("date", ignore_index=True)


def shares_of(war, at):
    """The record's share of units held at parts [0, 1] of a war's window."""
    scenario = load(war)
    settings, units = scenario.tables.settings, len(scenario.names.districts)
    days = (settings.end - settings.start).days
    if war == FITTED:
        status = scenario.tables.status
        fell = status["first_capture"].fillna(status["capture_by"])
        first = (fell - pd.Timestamp(settings.start)).dt.days.fillna(np.inf).to_numpy()
        return np.array([(first <= part * days).mean() for part in at])
    rows = record_of(war)
    when = (rows["date"] - pd.Timestamp(settings.start)).dt.days / days
    return np.interp(at, when, (rows["value_low"] + rows["value_high"]) / 2 / units)


def baselines(war, rows, units):
    """Draws [day, draw] of each baseline on the dated days."""
    settings = load(war).tables.settings
    span = (settings.end - settings.start).days
    at = (rows["date"] - pd.Timestamp(settings.start)).dt.days / span
    others = [shares_of(w, at) * units for w in (*WARS, FITTED) if w != war]
    start = np.full((len(rows), 1), rows["value_low"][0])
    return {
        "nothing falls": start,
        "any number": np.tile(np.arange(units + 1.0), (len(rows), 1)),
        "other wars": np.stack(others, -1),
    }


def told(run, war, facts, rows):
    """Everything asked of an ensemble, as rows of results.csv."""
    found = list(followed(run.observables, war, rows))
    found += answered(run.observables, facts["facts"])
    found += ended(run, facts["collapses"])
    return found + [seat_row(run, unit) for unit in seats(run)]


def followed(observed, war, rows):
    """The path: bands on the dated days, their width, and scores beside baselines."""
    wide, units = [], observed.sizes["district"]
    for day, low, high in rows.itertuples(index=False):
        band = dict(zip(QUANTILES, bands(counted(observed, day)), strict=True))
        wide.append((band["q95"] - band["q05"]) / units)
        here = {"kind": "path", "on": day.date(), "record_low": low, "record_high": high}
        yield here | band
    yield {"kind": "width", "what": "mean width of the 90% band", "value": np.mean(wide)}
    model = np.stack([counted(observed, day) for day in rows["date"]])  # [day, member]
    middle = (rows["value_low"] + rows["value_high"]).to_numpy() / 2
    for name, draws in ({"model": model} | baselines(war, rows, units)).items():
        yield {"kind": "crps", "what": name, "value": crps(draws, middle).mean()}


def answered(observed, facts):
    """Share of wars that have each fact; of the men gone, the band too."""
    for fact in facts:
        yield {"kind": "fact", "what": fact["says"], "value": asked(observed, fact).mean()}
        if fact["kind"] == "gone":
            band = dict(zip(QUANTILES, bands(gone(observed, fact["on"])), strict=True))
            yield {"kind": "gone", "what": fact["says"], "on": fact["on"]} | band


def ended(run, collapses):
    """Share of wars that collapse by each day, and within the first 120 days."""
    observed, seat = run.observables, run.scenario.tables.settings.national_capital
    early = observed.indexes["day"][min(FIRST_DAYS, observed.sizes["day"]) - 1].date()
    for kind, end in [("collapse", e) for e in collapses] + [("early", {"by": early})]:
        yes = collapsed(observed, seat, end["by"])
        low, high = (float(x) for x in jeffreys(np.array(yes.sum()), len(yes)))
        about = {"kind": kind, "on": end["by"], "happened": end.get("happened")}
        yield about | {"value": yes.mean(), "q05": low, "q95": high}


def seats(run):
    """Units whose falls are listed: every seat of a command."""
    towns = run.scenario.tables.districts
    return list(towns.loc[towns["capital"] == 1, "district_id"])


def seat_row(run, unit):
    """When a seat fell, in the wars and in the record."""
    observed = run.observables
    first = np.asarray(observed["first_fall"].sel(district=unit))
    day = np.sort(first)[len(first) // 2]  # the median, in the later of two; inf: most never fell
    start = pd.Timestamp(observed.indexes["day"][0])
    captures = run.scenario.tables.captures
    mine = captures[(captures["district_id"] == unit) & (captures["date"] >= start)]
    return {
        "kind": "seat",
        "what": str(observed["name"].sel(district=unit).item()),
        "value": np.isfinite(first).mean(),
        "on": (start + pd.Timedelta(days=float(np.floor(day)))).date() if np.isfinite(day) else "",
        "record_on": mine["date"].min().date() if len(mine) else "",
    }


def as_districts(war, work):
    """The folder of a war without the priors that count its units as several districts."""
    folder = work / war
    shutil.copytree(find_scenario(war), folder)
    priors = folder / "priors.csv"
    priors.write_text(priors.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return load(folder)


def cases(war, work):
    """Scenario and changes of every case of a war; the first is the one judged."""
    here = load(war)
    yield "as recorded", here, {}
    for name, changes in READINGS[war].items():
        yield name, here, changes
    yield AS_DISTRICTS, as_districts(war, work), {}


def draw(war, runs, rows):
    """A figure: the record over the bands of each set."""
    mpl.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "holdfast"})
    figure, axes = plt.subplots(1, len(runs), figsize=(8, 2.8), sharey=True, squeeze=False)
    for axis, (name, run) in zip(axes[0], runs.items(), strict=True):
        held = np.asarray(run.observables["held"].sum("district"), float)
        days = run.observables.indexes["day"]
        step = max(1, len(days) // 150)
        low, low50, middle, high50, high = (q[::step] for q in bands(held))
        axis.fill_between(days[::step], low, high, color="#c9d7e8", label="90% of wars", lw=0)
        axis.fill_between(days[::step], low50, high50, color="#8fb0d3", label="half of them", lw=0)
        axis.plot(days[::step], middle, color="#2b5d8c", label="median", lw=1)
        where = (rows["value_low"] + rows["value_high"]) / 2
        half = (rows["value_high"] - rows["value_low"]) / 2
        axis.errorbar(rows["date"], where, half, fmt="o", ms=3, color="black", label="record")
        axis.set_title(name)
        axis.set_ylim(0, run.observables.sizes["district"])
        every = mpl.dates.AutoDateLocator(minticks=3, maxticks=6)
        axis.xaxis.set_major_locator(every)
        axis.xaxis.set_major_formatter(mpl.dates.ConciseDateFormatter(every))
    axes[0, 0].set_ylabel("units in insurgent hands")
    axes[0, -1].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(HERE / f"{war}.svg", metadata={"Date": None})
    plt.close(figure)


def main():
    """Fight, ask, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--fit", help="folder of a fit whose posterior is carried over")
    args = parser.parse_args()
    facts = tomllib.loads((HERE / "facts.toml").read_text("utf-8"))
    sets = {"prior": "prior"} | ({"fit": args.fit} if args.fit else {})
    found = []
    with tempfile.TemporaryDirectory() as work:
        for war in WARS:
            rows, judged = record_of(war), {}
            for case, scenario, changes in cases(war, Path(work)):
                for name, parameters in sets.items():
                    print(f"{war}: {case}, {name}", file=sys.stderr, flush=True)
                    run = simulate(scenario, members=args.members, parameters=parameters,
                                   changes=changes)  # fmt: skip
                    if case == "as recorded":
                        judged[name] = run
                    about = {"war": war, "case": case, "set": name, "wars": args.members}
                    found += [about | row for row in told(run, war, facts[war], rows)]
            draw(war, judged, rows)
    table = pd.DataFrame(found)
    columns = ["war", "case", "set", "wars", "kind", "what", "on", "happened", "record_on"]
    table = table.reindex(columns=[*columns, "record_low", "record_high", "value", *QUANTILES])
    table.to_csv(HERE / "results.csv", index=False, lineterminator="\n", float_format="%.4g")
    table = pd.read_csv(HERE / "results.csv")
    put(HERE / "README.md", "results", tables(table))


if __name__ == "__main__":
    main()
