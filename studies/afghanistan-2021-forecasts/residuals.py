"""Where forecasts went wrong: residuals.svg beside this file, and the provinces that erred most.

    .venv/bin/python studies/afghanistan-2021-forecasts/residuals.py WORK

WORK is the folder of fits that study.py left. A district's residual is the forecast chance that it
fell by 15 August, less what the record says of it; undated falls are weighed over their days.
Needs the extra `studies`.
"""

import sys
from datetime import date
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd

mpl.use("svg")
import matplotlib.pyplot as plt
from matplotlib.collections import PolyCollection

from holdfast.study.fit_store import resume_fit
from holdfast.study.forecast import ahead, as_forecast, known, outcome

HERE = Path(__file__).parent
ORIGINS, TO = ("2021-06-15", "2021-07-07", "2021-07-28"), date(2021, 8, 15)
COLOURS = mpl.colors.LinearSegmentedColormap.from_list(
    "residual", ["#7f3b08", "#c8781a", "#f3cf94", "#f1f1f1", "#c6c3de", "#8177b2", "#3f0f66"]
)
"""Brown where too little was forecast to fall, purple where too much; safe for the colour-blind."""


def residuals(work, origin):
    """Residual of every district, [D]; NaN where it had fallen already or nothing is recorded."""
    wars = ahead(resume_fit(work / f"fit-{origin}"), TO)
    scenario = wars.fit.scenario
    info = known(scenario, wars.fit.found, TO)
    chance = as_forecast(wars).fallen(info.end).mean(0)
    came = outcome(scenario).chance_fallen(info.end)
    return scenario, np.where(info.at_risk, chance - came, np.nan)


def draw(axes, scenario, values, title):
    """One map; grey where there is nothing to compare."""
    ids = {key: row for row, key in enumerate(scenario.names.districts)}
    rings, colours = [], []
    norm = mpl.colors.Normalize(-1, 1)
    for feature in scenario.tables.cells["features"]:
        row = ids.get(feature["properties"].get("district_id"))
        if row is None:  # the outline of the country
            continue
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for part in parts:
            rings.append(np.asarray(part[0])[:, :2])
            colours.append("#d9d9d9" if np.isnan(values[row]) else COLOURS(norm(values[row])))
    axes.add_collection(PolyCollection(rings, facecolors=colours, edgecolors="white", lw=0.2))
    axes.autoscale()
    axes.set_aspect(1.2)
    axes.axis("off")
    axes.set_title(title, fontsize=9)


def main(work):
    """Draw the maps and print the provinces."""
    mpl.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "holdfast"})
    figure, axes = plt.subplots(1, len(ORIGINS), figsize=(9, 3), layout="constrained")
    told = []
    for place, origin in zip(axes, ORIGINS, strict=True):
        scenario, values = residuals(work, origin)
        draw(place, scenario, values, f"forecast of {origin}")
        province = pd.Series(values).groupby(np.asarray(scenario.names.province_of)).mean()
        told.append(province.rename(origin))
    bar = mpl.cm.ScalarMappable(mpl.colors.Normalize(-1, 1), COLOURS)
    figure.colorbar(bar, ax=axes, shrink=0.7, label="forecast less record")
    figure.suptitle("Simulated: chance of having fallen by 15 August 2021, less the record",
                    fontsize=10)  # fmt: skip
    figure.savefig(HERE / "residuals.svg", metadata={"Date": None})
    table = pd.concat(told, axis=1).round(2)
    table.to_csv(HERE / "residuals.csv", index_label="province")
    print(table.sort_values(ORIGINS[1]).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
