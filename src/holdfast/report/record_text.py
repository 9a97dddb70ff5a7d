"""The record beside the wars in words: each tracker's rows, claims, and the days of falls."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd

from holdfast.report.beside import Beside, Kind, Row, by_tracker
from holdfast.report.findings import Fall
from holdfast.report.said import in_sample

WIDTH = 80
MOST_LATER = 6
"""Later counts of other trackers that are listed: the last ones."""

FROM_THE_FIRST = "held from the first day"
"""What is said of a district that insurgents hold as the war begins."""

TOTALS = {
    "surrendered": "surrendered",
    "surrendered_or_fled": "surrendered or fled",
    "crossed_abroad": "crossed a border",
    "deserted": "went home",
    "killed": "were killed",
}
SLACK = pd.Timedelta(days=7)
"""By how much a total may begin late or end early and still be one of the whole war. Judgement."""


def beside_lines(rows: Sequence[Row]) -> list[str]:
    """Hits of each tracker's counts, how wide the band is and how well it scores, then the rest."""
    told = by_tracker(rows)
    counted = [beside for beside in told if beside.rows]
    lines = []
    if counted:
        lines += wrapped(
            "The record beside the wars, each tracker by its own rule: counts inside the 90% band;"
            " the width of that band as a share of all units; and CRPS, less is better, beside that"
            " of the tracker's last count taken to hold on."
        )
        lines.append(f"{'':41}{'inside':>9}{'width':>8}{'CRPS':>9}{'last count':>13}")
        lines += [_tracker(beside) for beside in counted]
    lines += wrapped(in_sample(rows))
    lines += wrapped(_at_least(rows))
    for row in (row for row in rows if row.kind is Kind.CLAIMED):
        wars = f"the wars {row.values.low90:,.0f} to {row.values.high90:,.0f}"
        said = f"{span(row.low, row.high)} of {row.of:,.0f}"
        lines += wrapped(f"{row.title}, shown and not scored: {said} on {day(row.date)}; {wars}.")
    return lines


def _tracker(beside: Beside) -> str:
    name = textwrap.shorten(beside.title, 36, placeholder="..") + " *" * (beside.fitted > 0)
    hits = f"{beside.inside} of {beside.rows}"
    scores = [_score(beside.crps), _score(beside.last_crps)]
    return f"  {name:39}{hits:>9}{100 * beside.width:>7.0f}%{scores[0]:>9}{scores[1]:>13}"


def _score(x: float) -> str:
    return "-" if np.isnan(x) else f"{x:.1f}"


def _at_least(rows: Sequence[Row]) -> str:
    open_ended = [row for row in rows if row.kind is Kind.AT_LEAST]
    if not open_ended:
        return ""
    agree = sum(row.agrees for row in open_ended)
    rest = f"{len(open_ended)} rows say" if len(open_ended) > 1 else "1 row says"
    return (
        f"{rest} only 'at least' or 'at most' and can hardly be missed, so none is counted as a"
        f" hit: the wars agree with {agree}."
    )


def later_lines(rows: Sequence[Row], tracker: str) -> list[str]:
    """What others counted as held since this tracker's last count, each by its own rule."""
    last = max((row.date for row in rows if _held(row) and row.tracker == tracker), default=None)
    others = [row for row in rows if _held(row) and row.tracker != tracker]
    later = [row for row in others if last is None or row.date > last][-MOST_LATER:]
    if not later:
        return []
    title = next((row.title for row in rows if row.tracker == tracker), "")
    since = "" if last is None else f" after {day(last)}, the last of {title}"
    lines = wrapped(f"Counts of others{since}, and the wars counted by the same rule:")
    lines.append(f"{'day':10}  {'counted by':34}{'record':>12}{'med':>7}{'90%':>12}")
    for row in later:
        seen = f"{span(row.low, row.high)} {'in' if row.agrees else 'OUT'}{'*' * row.fitted}"
        name = textwrap.shorten(row.title, 33, placeholder="..")
        wide = f"{row.values.low90:,.0f}-{row.values.high90:,.0f}"
        lines.append(f"{day(row.date):10}  {name:34}{seen:>12}{row.values.middle:>7.0f}{wide:>12}")
    return lines


def _held(row: Row) -> bool:
    return row.measure == "held" and row.kind is Kind.COUNTED


def totals_line(counts: pd.DataFrame, days: pd.Index) -> str:
    """What became of soldiers in all by the record, or that it has no total of the whole war."""
    told = []
    for row in counts.loc[counts["what"].isin(list(TOTALS))].to_dict("records"):
        ends = row.get("from", pd.NaT), row.get("to", pd.NaT)
        whole = row.get("level") == "nation" and not pd.isna(ends[0]) and not pd.isna(ends[1])
        if whole and ends[0] <= days[0] + SLACK and ends[1] >= days[-1] - SLACK:
            said = f"{span(row['low'], row['high'])} {TOTALS[row['what']]}"
            told.append(f"{said} ({row['speaker']}, {str(row['stance']).replace('_', ' ')})")
    if told:
        return f"The record's totals of the whole war: {'; '.join(told)}."
    return "The record has no total of the whole war to hold these numbers against."


def recorded_days(captures: pd.DataFrame, days: pd.Index) -> dict[str, pd.Timestamp]:
    """Day of the first capture of each district by the record, in the order of days."""
    within = captures["date"].between(days[0], days[-1]) & (captures["event"] == "captured")
    rows = captures.loc[within].sort_values("date", kind="stable")
    found: dict[str, pd.Timestamp] = {}
    for district, date in zip(rows["district_id"], rows["date"], strict=True):
        found.setdefault(str(district), date)
    return found


def order_lines(falls: Sequence[Fall], told: dict[str, pd.Timestamp]) -> list[str]:
    """Districts that fall first and last by their median days, and those first in the record."""
    most = max((fall.wars for fall in falls), default=0)
    free = [fall for fall in falls if fall.wars > most / 2]  # of others too few wars tell
    dated = [fall for fall in free if not pd.isna(fall.middle)]
    dated.sort(key=lambda fall: (fall.middle, -fall.chance, fall.district))
    never = len(free) - len(dated)
    of = {fall.district: fall for fall in falls}
    early = [of[district] for district in told if district in of][:5]
    groups = (("First", dated[:5]), ("Last", dated[5:][-5:]), ("Early", early))
    lines = [f"{'Districts by median first fall':32}{'median':11}{'90% of wars':25}record"]
    for word, group in groups:
        if word == "Early" and group:
            lines.append("  First by the record:")
        for i, fall in enumerate(group):
            place = textwrap.shorten(f"{fall.name}, {fall.province}", 23, placeholder="..")
            ends = f"{day(fall.low)} to {day(fall.high)}"
            head = word if i == 0 and word != "Early" else ""
            dates = f"{day(fall.middle):11}{ends:25}" if fall.wars else f"{FROM_THE_FIRST:36}"
            seen = day(told[fall.district]) if fall.district in told else "-"
            lines.append(f"  {head:6}{place:24}{dates}{seen}")
    fewer = "district falls" if never == 1 else "districts fall"
    return [
        *lines,
        f"  {never} {fewer} in fewer than half of the wars.",
        *_from_the_first(falls),
        *wrapped("Each stands by its own median: no single war falls in this order."),
    ]


def _from_the_first(falls: Sequence[Fall]) -> list[str]:
    """How many districts can fall in no war, or in fewer than can tell, since they begin lost."""
    most = max((fall.wars for fall in falls), default=0)
    always = sum(fall.wars == 0 for fall in falls)
    often = sum(0 < fall.wars <= most / 2 for fall in falls)
    words = ((always, FROM_THE_FIRST), (often, f"{FROM_THE_FIRST} in half of the wars or more"))
    return [f"  {n} {'district is' if n == 1 else 'districts are'} {how}." for n, how in words if n]


def wrapped(text: str) -> list[str]:
    """A text in lines of a terminal's width."""
    return textwrap.wrap(text, WIDTH)


def span(low: float, high: float) -> str:
    """A recorded range, with an open end if it has one.

    >>> span(1, 1), span(1, 3), span(2, float("nan"))
    ('1', '1-3', '2+')
    """
    if np.isnan(low) or np.isnan(high):
        return f"up to {high:,.0f}" if np.isnan(low) else f"{low:,.0f}+"
    return f"{low:,.0f}" if low == high else f"{low:,.0f}-{high:,.0f}"


def day(date: pd.Timestamp) -> str:
    """A date as tables write it."""
    return "never" if pd.isna(date) else date.strftime("%Y-%m-%d")
