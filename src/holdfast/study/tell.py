"""Lists for people: mechanisms with their claims and priors, the order of a step, claims."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import fields

from holdfast.engine.step import ORDER
from holdfast.engine.step import __doc__ as STEP
from holdfast.records.problems import nearest
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.study.scenario import Scenario
from holdfast.vocabulary.priors import Prior
from holdfast.vocabulary.types import Parameter

WIDTH = 80


def in_words(prior: Prior) -> str:
    """A prior as a person writes it.

    >>> from holdfast.vocabulary.priors import LogNormal
    >>> in_words(LogNormal(3.0, 0.5))
    'LogNormal(median 3, sd 0.5)'
    """
    parts = ", ".join(f"{f.name} {getattr(prior, f.name):g}" for f in fields(prior))  # type: ignore[arg-type]
    return f"{type(prior).__name__}({parts})"


def mechanisms_text(name: str = "") -> str:
    """Every mechanism in a paragraph, or one with its parameters."""
    known = catalogue()
    if name and name != "ground" and name not in known:
        raise CallError("mechanism", name, ", ".join([*known, "ground"]), nearest(name, known))
    if name:
        return _one(name)
    blocks = []
    for m in known.values():
        presses = ", ".join(m.claim.presses)
        blocks.append(f"{m.name}\n{_fold(m.claim.says)}\n{_fold('presses ' + presses)}")
    closing = "One in full: holdfast mechanisms NAME; the order of a step: --order"
    return "\n".join([*blocks, "", closing])


def _one(name: str) -> str:
    lines = [name]
    if name != "ground":
        claim = catalogue()[name].claim
        lines += [
            _fold(claim.says),
            _fold(f"wrong if {claim.wrong_if}"),
            _fold(
                f"claims {', '.join(claim.claims) or 'none of the article; from the literature'}"
            ),
            _fold(f"sources {', '.join(claim.sources)}"),
            _fold(f"reads {', '.join(claim.reads)}"),
            _fold(f"presses {', '.join(claim.presses)}"),
        ]
        if claim.opens:
            lines.append(_fold(f"opens {', '.join(claim.opens)}"))
    lines.append("  parameters (mark: S seen in a source, M well known, J judgement)")
    lines += [
        _parameter(full, p)
        for full, p in parameters(catalogue().values()).items()
        if full.startswith(f"{name}.")
    ]
    return "\n".join(lines)


def _parameter(name: str, p: Parameter) -> str:
    head = f"  {name:<28} {in_words(p.prior)} {p.unit} [{p.mark}]"
    reason = f" ({p.reason})" if p.reason else ""
    return f"{head}\n{_fold(p.meaning + reason, 6, 6)}"


def _fold(text: str, first: int = 2, rest: int = 4) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=" " * first, subsequent_indent=" " * rest)


def order_text() -> str:
    """What happens in a step, in order."""
    assert STEP is not None
    rows = [r.strip("| ").split(" | ") for r in STEP.splitlines() if r.startswith("| ")]
    rows = [r for r in rows if r[0][:1].isdigit()]
    found = tuple(r[0].split(" ", 1)[1] for r in rows)
    if found != ORDER:
        raise RuntimeError(f"the order that is told, {found}, is not the order kept, {ORDER}")
    return "\n".join(
        textwrap.fill(text, WIDTH, initial_indent=f"{head:<12}", subsequent_indent=" " * 12)
        for head, text in rows
    )


def claims_text(scenario: Scenario) -> str:
    """The scenario's claims: who says what, how, and which mechanism carries it."""
    claims = scenario.tables.claims
    if not len(claims):
        return f"{scenario.names.title}: the scenario states no claims."
    lines = [f"{scenario.names.title}: {len(claims)} claims", ""]
    for row in claims.to_dict("records"):
        lines.append(
            f"{row['claim_id']}  {row['speaker']} {_stance(row['stance'])}  -> {row['mechanism']}"
        )
        lines.append(_fold(row["paraphrase"], 5, 5))
    lines += ["", "No fit has been made: what a fit says of each claim comes with `explain`."]
    return "\n".join(lines)


def _stance(stance: str) -> str:
    words: Mapping[str, str] = {
        "asserts": "asserts",
        "denies": "denies",
        "cannot_confirm": "cannot confirm",
    }
    return words.get(stance, stance)
