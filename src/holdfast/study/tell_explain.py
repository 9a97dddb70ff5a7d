"""What explaining found, in words and tables, in 80 columns."""

from __future__ import annotations

import textwrap

import numpy as np

from holdfast.study.explain import Explained
from holdfast.study.own_war import RULE, districts
from holdfast.study.tell_fit import WIDTH, free_lines, known_by
from holdfast.vocabulary.words import COLLAPSE_SHARE

MOST_PAIRS = 5


def explained_text(found: Explained) -> str:
    """Shares, interactions, what is confused with what, and the verdicts."""
    fit, fell = found.fit, found.fell
    low, high = np.quantile(fell, [0.05, 0.95])
    lines = [
        fit.scenario.names.title,
        f"explained by a fit to {known_by(fit)}:",
        f"{found.worlds} matched worlds, each fought with {found.sets} sets of explanations",
        *textwrap.wrap(
            f"By the last day {districts(np.median(fell))} fall with everything on (90% from"
            f" {low:.0f} to {high:.0f}).", WIDTH
        ),
        "",
        *free_lines(fit.free),
        *textwrap.wrap(found.no_verdict or (fit.free.verdict if fit.free else ""), WIDTH),
        *textwrap.wrap(RULE, WIDTH),
    ]  # fmt: skip
    if found.no_verdict:
        text = "The shares below say something of the model only, and nothing of this war."
        lines += textwrap.wrap(text, WIDTH)
    lines += ["", f"{'share of districts that fell':<42}{'90%':>16}{'alone':>11}{'last in':>10}"]
    for row in found.shares.to_dict("records"):
        name = row["group"].replace("_", " ")
        share = f"{_percent(row['share']):>6}"
        span = f"{_percent(row['low'])} to {_percent(row['high'])}"
        rest = "" if np.isnan(row["alone"]) else (
            f"{_percent(row['alone']):>11}{_percent(row['left_out']):>10}")  # fmt: skip
        head, *more = textwrap.wrap(name, 33) or [""]
        lines.append(f"{head:<35}{share} {span:>16}{rest}")
        lines += [f"  {part}" for part in more]
    lines += ["", *_needed(found), "", *_interactions(found), "", *_confused(found), ""]
    if not found.no_verdict:
        lines += ["Claims", ""]
        for said in found.verdicts["verdict"]:
            lines += [*textwrap.wrap(said, WIDTH, subsequent_indent="  "), ""]
    lines += textwrap.wrap(
        "Share: by Shapley's rule over all orders in which explanations could be switched on, on"
        " worlds with the same dice. Alone: with it and no other. Last in: what is lost without"
        " it. All of this is inside the model, given its priors and the record; it is no cause"
        " found in the world, and no winner.", WIDTH,
    )  # fmt: skip
    return "\n".join(lines)


def _needed(found: Explained) -> list[str]:
    table = found.shares.dropna(subset=["alone"])
    lines = textwrap.wrap(
        f"A national collapse ({COLLAPSE_SHARE:.0%} of provincial capitals or the seat of"
        " government lost): how often it does not come without the explanation, and how often the"
        " explanation alone brings it; 90%.", WIDTH,
    )  # fmt: skip
    for row in table.to_dict("records"):
        spans = [_span(row, what) for what in ("necessity", "sufficiency")]
        lines.append(f"{row['group'].replace('_', ' ')[:35]:<36}{spans[0]:>22}{spans[1]:>22}")
    return lines


def _span(row: dict, what: str) -> str:
    middle, low, high = (row[f"{what}{end}"] for end in ("", "_low", "_high"))
    if np.isnan(middle):
        return "nothing to tell by"
    return f"{_percent(middle)} [{_percent(low)}, {_percent(high)}]"


def _interactions(found: Explained) -> list[str]:
    lines = ["Together beyond what each does without the other, shares of what fell:"]
    for row in found.interactions.head(MOST_PAIRS).to_dict("records"):
        pair = f"{row['group']}, {row['other']}".replace("_", " ")
        span = f"{_percent(row['interaction'])} [{_percent(row['low'])}, {_percent(row['high'])}]"
        lines.append(f"{pair[:55]:<56}{span:>24}")
    return lines


def _confused(found: Explained) -> list[str]:
    if found.confusion is None:
        text = (
            "What is confused with what has not been measured for this scenario: each explanation"
            " stands alone here, and may owe its share to one like it."
        )
    else:
        groups = [g.name.replace("_", " ") for g in found.groups if len(g.mechanisms) > 1]
        told = "; ".join(groups) or "none"
        text = f"Cannot be told apart on wars whose truth is known, and so reported as one: {told}."
    return textwrap.wrap(text, WIDTH)


def _percent(x: float) -> str:
    return f"{100 * x:.0f}%".replace("-0%", "0%")
