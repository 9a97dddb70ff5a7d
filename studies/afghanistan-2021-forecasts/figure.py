"""The record with one forecast over it, for the README: forecast.svg beside this file.

    .venv/bin/python studies/afghanistan-2021-forecasts/figure.py WORK 2021-07-07

WORK is the folder of fits that study.py left. Needs the extra `studies`.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("svg")
import matplotlib.pyplot as plt

from holdfast.study.fit_store import resume_fit
from holdfast.study.forecast import ahead, as_forecast, known, outcome

HERE = Path(__file__).parent
TO = date(2021, 8, 15)
RECORD, MODEL = "#1b1b1b", "#0072b2"  # told apart by the colour-blind, and in grey


def main(work: Path, origin: str) -> None:
    """Draw districts fallen, recorded and forecast from the origin, day by day."""
    wars = ahead(resume_fit(work / f"fit-{origin}"), TO)
    scenario, start = wars.fit.scenario, wars.fit.scenario.tables.settings.start
    came, info = outcome(scenario), known(scenario, wars.fit.found, TO)
    days = np.arange(1, int(info.end) + 1)
    dates = [start + timedelta(days=int(day) - 1) for day in days]
    lost_since = info.fell != -1.0  # not those held before the first day
    ends = [x[lost_since] for x in (came.by, np.where(np.isfinite(came.by), came.after, np.inf))]
    recorded = np.array([[(x <= day).sum() for day in days] for x in ends])
    forecast = as_forecast(wars)
    ahead_of = days >= info.origin
    lost = np.array([forecast.fallen(day)[:, lost_since].sum(1) for day in days[ahead_of]])
    low, quarter, middle, three, high = np.quantile(lost, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    later = [d for d, is_later in zip(dates, ahead_of, strict=True) if is_later]
    mpl.rcParams.update({"svg.fonttype": "none", "font.size": 10, "svg.hashsalt": "holdfast"})
    figure, axes = plt.subplots(figsize=(7.6, 4.2), layout="constrained")
    axes.fill_between(later, low, high, color=MODEL, alpha=0.15, lw=0, label="forecast, 90%")
    axes.fill_between(later, quarter, three, color=MODEL, alpha=0.3, lw=0, label="forecast, 50%")
    axes.plot(later, middle, color=MODEL, ls="--", label="forecast, median")
    axes.fill_between(dates, *recorded, color=RECORD, alpha=0.25, lw=1,
                      label="record: latest and earliest day of each fall")  # fmt: skip
    axes.axvline(date.fromisoformat(origin), color="0.5", lw=1)
    axes.set_ylabel("districts fallen")
    axes.set_title(f"What was known on {origin}, and what came: a simulated forecast", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.set_major_formatter(mpl.dates.DateFormatter("%d %b"))
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(HERE / "forecast.svg", metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
