"""Lists for people: mechanisms with their claims and priors, the order of a step, claims."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from holdfast.engine.step import ORDER
from holdfast.engine.step import __doc__ as STEP
from holdfast.records.problems import nearest
from holdfast.report.said import known_wrong
from holdfast.study.about import faults_of, world
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.study.explained import no_verdict_in, verdicts_in
from holdfast.study.label import label_of
from holdfast.study.scenario import Scenario
from holdfast.study.simulate import Request
from holdfast.vocabulary.priors import in_words
from holdfast.vocabulary.types import Parameter
from holdfast.vocabulary.words import MEANING, Option, Verb

WIDTH = 80
CLOSING = """\
One in full, with what would prove it wrong and its parameters:
  holdfast mechanisms NAME
Parameters of the war itself: holdfast mechanisms ground
What happens in a step, in order: holdfast mechanisms --order"""


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
        blocks.append(f"{m.name}\n{_fold(m.claim.says, 2, 2)}\n{_fold('presses ' + presses)}")
    return "\n".join([*blocks, "", CLOSING])


def _one(name: str) -> str:
    lines = [name]
    if name != "ground":
        claim = catalogue()[name].claim
        lines += [
            _fold(claim.says, 2, 2),
            _fold(f"wrong if {claim.wrong_if}"),
            _fold(
                f"claims {', '.join(claim.claims) or 'none of the article; from the literature'}"
            ),
            _fold(f"sources {', '.join(claim.sources)}"),
            *([_fold(f"what followed: {claim.followed}")] if claim.followed else []),
            _fold(f"reads {', '.join(claim.reads)}"),
            "  presses",
            *(f"    {word:<14}{_meaning(word, word in claim.opens)}" for word in claim.presses),
        ]
    else:
        lines.append(_fold("The war itself, whatever mechanisms are switched on.", 2, 2))
    lines.append("  parameters: prior, unit, mark, meaning, reason")
    lines.append("  (S seen in a source, M well known but not checked, J judgement)")
    lines += [
        _parameter(full, p)
        for full, p in parameters(catalogue().values()).items()
        if full.startswith(f"{name}.")
    ]
    return "\n".join(lines)


def _meaning(word: Option | Verb, opened: bool) -> str:
    return MEANING[word] + "; only with this" * opened


def _parameter(name: str, p: Parameter) -> str:
    head = f"  {name:<28} {in_words(p.prior)} {p.unit} [{p.mark}]"
    reason = f"; {p.reason}" if p.reason else ""
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


def claims_text(scenario: Scenario, explained: Path | None = None) -> str:
    """The scenario's claims: who says what, by office, and which mechanism carries it.

    With what a fit says of each where the folder of an explanation is given.
    """
    claims = scenario.tables.claims
    none = no_verdict_in(explained) if explained is not None else ""
    said = verdicts_in(explained) if explained is not None else {}
    said = {} if none else said
    if not len(claims):
        return f"{scenario.names.title}: the scenario states no claims."
    lines = [f"{scenario.names.title}: {len(claims)} claims", ""]
    for row in claims.to_dict("records"):
        lines.append(
            f"{row['claim_id']}  {row['role']}, {_stance(row['stance'])}  -> {row['mechanism']}"
        )
        lines.append(_fold(row["paraphrase"], 5, 5))
        if row["claim_id"] in said:
            lines.append(_fold(said[row["claim_id"]], 5, 7))
    lines += ["", "-> the mechanism that carries the claim; observation: a count to compare with."]
    if none:
        lines.append(_fold(none, 0, 0))
    elif not said:
        lines += ["What a fit says of each: holdfast explain, then holdfast claims --explained DIR"]
    return "\n".join(lines)


def what_if_text(scenario: Scenario, request: Request, table: pd.DataFrame) -> str:
    """Outcomes of a changed world beside the same dice unchanged, in 80 columns."""
    wars = f"{request.members:,} pairs of wars under the same dice, seed {request.seed}"
    label = label_of(request, scenario)
    lines = [
        scenario.names.title, wars, _fold(f"parameters: {label.whole}", 0, 2),
        *textwrap.wrap(label.warning, WIDTH), _fold(f"changed: {world(request)}", 0, 2), "",
    ]  # fmt: skip
    lines.append(f"{'at the end of the war':<35}{'base':>8}{'changed':>8} {'difference':>28}")
    for row in table.to_dict("records"):
        digits = 0 if abs(row["difference"]) >= 10 else 1
        low, high = _signed(row["low"], 0), _signed(row["high"], 0)
        span = f"{_signed(row['difference'], digits)} [{low}, {high}]"
        lines.append(f"{row['outcome']:<35}{row['base']:>8,.0f}{row['changed']:>8,.0f} {span:>28}")
    closing = (
        "Base and changed: medians of the wars. Difference: mean of the pairs, and in brackets"
        " the band that holds nine in ten. Inside the model, given its parameters."
    )
    wrong = [_fold(said, 0, 2) for said in known_wrong(faults_of(scenario))]
    return "\n".join([*lines, "", textwrap.fill(closing, WIDTH), *followed(request), "", *wrong])


def followed(request: Request) -> list[str]:
    """What came in the record after the explanations that a request speaks of."""
    spoken = {*request.without, *request.only, *(name.split(".")[0] for name in request.changes)}
    after = {m.name: m.claim.followed for m in catalogue().values() if m.claim.followed}
    return [
        textwrap.fill(f"What followed ({name}): {told}.", WIDTH)
        for name, told in after.items()
        if name in spoken
    ]


def _signed(x: float, digits: int) -> str:
    """A difference with its sign, none on nothing.

    >>> _signed(-0.04, 1), _signed(1234.5, 0)
    ('0.0', '+1,234')
    """
    rounded = round(x, digits)
    return f"{rounded:+,.{digits}f}" if rounded else f"{0:.{digits}f}"


def _stance(stance: str) -> str:
    words: Mapping[str, str] = {
        "asserts": "asserts",
        "denies": "denies",
        "cannot_confirm": "cannot confirm",
    }
    return words.get(stance, stance)
