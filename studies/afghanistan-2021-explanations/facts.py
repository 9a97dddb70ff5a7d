"""Stylised facts of the summer of 2021, computed of every simulated war as they were of the record.

Facts and the ranges that pass were written down before any fit; none was fitted.
"""

import numpy as np
import pandas as pd

from holdfast.vocabulary.words import Fate, Manner, index

SOURCES = {
    "F1": "control.csv; units of scenario.toml",
    "F2": "control.csv, lwj",
    "F3": "reu0810",
    "F4": "Kabul Now, June 2021; The Quint, 12 July 2021",
    "F5": "control.csv, lwj",
    "F6": "aan-2021-07-24",
    "F7": "aan-2021-07-16",
    "F8": "disputed: NYT, 27 May 2021; a councillor and Reuters, July 2021",
    "F10": "counts.csv, n034",
    "F11": "counts.csv; the highest is the government's 2,300 in all",
    "F13": "CNN, 13 July 2021; the day after, Shirin Tagab was lost with several hundred captured",
    "F14": "Wall Street Journal, 14 August 2021: a post besieged for two months",
    "F17": "counts.csv, n034, over strengths.csv",
}
"""Where the recorded number comes from: ids of sources.csv, tables of the scenario, or named."""

SEGMENTS = ("2021-05-01", "2021-06-15", "2021-06-20", "2021-06-29", "2021-07-10", "2021-07-27")
"""Days on which the Long War Journal counted, between which its rate changed."""

FIRST_COUNTS = {"aan": 33 / 421, "lwj": 73 / 407, "un": 0.57}
"""Shares of all districts that trackers called lost in spring 2021."""

SIEGE, LONG = 80, 60
"""Percent of the countryside in insurgent hands that is called a siege, and days that are long."""

STAYED = ("Kabul", "Panjshir", "Kunar", "Daikundi")
TAJIK_NIGHT = 100
"""Men across a border in a night that are called an episode."""


def facts(scenario, data, wars, without_killings):
    """Rows: fact, what, recorded, low, high (range that passes), and the number of every war.

    `without_killings` are the same wars with the recorded killings of those who had surrendered
    struck out.
    """
    start = pd.Timestamp(scenario.tables.settings.start)
    day = lambda text: (pd.Timestamp(text) - start).days  # noqa: E731
    table, theatre = scenario.tables.districts, scenario.theatre
    first = np.where(np.asarray(wars.held_at_start) > 0, np.inf, np.asarray(wars.first_fall))
    fell = np.isfinite(first)
    rows = []

    def row(fact, what, recorded, low, high, numbers):
        rows.append((fact, what, SOURCES[fact], recorded, low, high, np.asarray(numbers, float)))

    for who, recorded in FIRST_COUNTS.items():
        counts = data["districts_held"].sel(tracker=who)
        found = counts.isel(day=0).to_numpy() / float(counts["n_units"])
        row("F1", f"share lost on the first day, by {who}", recorded, 0.9 * recorded,
            1.1 * recorded, found)  # fmt: skip
    lwj = data["districts_held"].sel(tracker="lwj").to_numpy().astype(float)
    for a, b in zip(SEGMENTS[:-1], SEGMENTS[1:], strict=True):
        rate = (counted(scenario, b) - counted(scenario, a)) / (day(b) - day(a))
        found = (lwj[:, day(b)] - lwj[:, day(a)]) / (day(b) - day(a))
        row("F2", f"lost a day, {a[5:]} to {b[5:]}", rate, rate / 1.5, rate * 1.5, found)
    capital = np.asarray(theatre.capital) > 0
    seats = np.sort(first[:, capital], 1)
    row("F3", "capitals lost before 6 August", 0, 0, 0, (seats <= day("2021-08-06")).sum(1))
    within = (seats <= seats[:, :1] + 10).sum(1)
    row("F3", "capitals lost in ten days of the first", 33, 25, 34, within)
    north = table["region"].isin(["Northern", "North Eastern"]).to_numpy()
    june = (first > day("2021-06-01")) & (first <= day("2021-07-01"))
    row("F4", "share of June's losses in the north", 0.6, 0.6, 1, part(june & north, june))
    share = np.asarray(data["countryside"])[:, 0] / 100
    tracker = scenario.tables.settings.trackers["lwj"]
    contested = share > tracker.contested_above
    row(
        "F5",
        "share of losses from contested or worse",
        0.9,
        0.8,
        0.95,
        part(fell & contested, fell),
    )
    back = np.asarray(wars.n_retaken).sum(1) / np.maximum(fell.sum(1), 1)
    row("F6", "retaken over fallen", 0.07, 0.04, 0.12, back)
    row("F7", "of four provinces that stayed whole, those in the top tenth", 4, 2, 4,
        [whole(table["province"].to_numpy(), first, day("2021-07-14"))])  # fmt: skip
    deal = np.asarray(wars.manner) == index(Manner.NEGOTIATED)
    row("F8", "share of falls negotiated", "0.12 to 0.80", 0.12, 0.8, part(deal & fell, fell))
    tajik = np.array(["TJ" in str(x).split(";") for x in table["borders"]])
    until = day("2021-07-05")
    nights = np.diff(np.asarray(wars.abroad, float)[:, :until, tajik].sum(-1), axis=1)
    episodes = (nights > TAJIK_NIGHT).sum(1)
    row("F10", "nights with over 100 across the Tajik border, to 5 July", 5, 3, np.inf, episodes)
    returned = np.asarray(wars.fates)[:, day("2021-07-07"), index(Fate.RETURNED)]
    row("F11", "men returned to duty by 7 July", "280 to 600", 280, 2300, returned)
    row("F13", "wars with fewer, or with more, surrenders for the killings: the lesser share",
        "both signs", 0.05, 0.5, [lesser_sign(wars, without_killings)])  # fmt: skip
    row("F14", "districts that stood a siege of over sixty days", 1, 1, np.inf, besieged(wars))
    gone = np.asarray(wars.fates)[:, until, index(Fate.ABROAD)] / np.asarray(wars.present).sum(1)
    row("F17", "share of all men abroad by 5 July", 0.005, 0, 0.03, gone)
    columns = ["fact", "what", "source", "recorded", "low", "high", "wars"]
    return pd.DataFrame(rows, columns=columns)


def lesser_sign(wars, without_killings):
    """Share of wars in which news of killings changed surrenders the rarer way."""
    of = lambda some: np.asarray(some.fates, float)[:, -1, index(Fate.SURRENDERED)]  # noqa: E731
    change = of(wars) - of(without_killings)
    return min((change < 0).mean(), (change > 0).mean())


def besieged(wars):
    """Districts of each war whose centre stood for so long with the land around it lost."""
    under = (np.asarray(wars.countryside) >= SIEGE) & (np.asarray(wars.held) == 0)
    run = longest = np.zeros(under[:, 0].shape, int)
    for day in range(under.shape[1]):
        run = (run + 1) * under[:, day]
        longest = np.maximum(longest, run)
    return (longest > LONG).sum(1)


def counted(scenario, day):
    """Districts held on a day, as the Long War Journal counted them."""
    control = scenario.tables.control
    lwj = control[(control["tracker"] == "lwj") & (control["measure"] == "held")]
    return float(lwj.loc[lwj["date"] == day, "value_high"].iloc[0])


def part(some, whole):
    """Share of each war, where there is anything to share."""
    n = whole.sum(1)
    return np.where(n > 0, some.sum(1) / np.maximum(n, 1), np.nan)


def whole(province, first, until):
    """How many of the four provinces are among the tenth with the best chance of being whole."""
    names = np.unique(province)
    chance = [(first[:, province == name] > until).all(1).mean() for name in names]
    held = [(first[:, province == name] > until).mean() for name in names]
    best = names[np.lexsort((held, chance))[::-1][: max(1, round(len(names) / 10))]]
    return sum(name in best for name in STAYED)
