"""Verdicts: what the numbers let us say of each claim, in one sentence by stated rules.

Nobody writes a verdict by hand and none names a winner: each gives its numbers and their 90%
intervals, says that they hold inside the model, and who denied or could not confirm the matter.
The rules are the table `RULES`; in each of its aspects the first that holds speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite
from typing import Any, NamedTuple

LEARNED_NOTHING = 0.9
"""Posterior spread as part of the prior's above which nothing was learned. Judgement."""

LEARNED_MUCH = 0.5
"""Part below which much was learned: the record tells as much as three priors. Judgement."""

MOST_NAMED = 3
"""Longer lists end in how many others there are."""


class Stance(StrEnum):
    """What a speaker does with a claim."""

    ASSERTS = "asserts"
    DENIES = "denies"
    CANNOT_CONFIRM = "cannot_confirm"


SPOKEN = {
    Stance.ASSERTS: "asserted by",
    Stance.DENIES: "denied by",
    Stance.CANNOT_CONFIRM: "not confirmed by",
}
"""How a stance is told."""


class Voice(NamedTuple):
    """Who spoke, and what he did with what is claimed."""

    speaker: str
    stance: Stance


class Band(NamedTuple):
    """Ends of a 90% interval, and the median (or the mean, for a share) that is told with it."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Explanation:
    """A claim that something made soldiers stay or go, and what the model makes of it.

    `prior` and `posterior` are of the mechanism's strength in `unit`; `learned` is the standard
    deviation of the posterior over that of the prior. `share` is the Shapley share of the
    mechanism's group in the districts lost, 1 for all of them; `confused_with` names the others
    in the group. `others` are those besides who spoke of the same matter.
    """

    claim_id: str
    said_by: Voice
    paraphrase: str
    mechanism: str
    unit: str
    prior: Band
    posterior: Band
    learned: float
    share: Band
    confused_with: tuple[str, ...] = ()
    others: tuple[Voice, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that are not finite or out of order."""
        bands = {"prior": self.prior, "posterior": self.posterior, "share": self.share}
        for name, band in bands.items():
            _check_band(self.claim_id, name, band)
        if not (isfinite(self.learned) and self.learned >= 0):
            raise ValueError(f"claim {self.claim_id}: learned {self.learned} is not 0 or more")


@dataclass(frozen=True)
class Observation:
    """A claim that something was counted, and what the model expects to be counted.

    `low` and `high` are the ends of what was said, None where no such end was given;
    `predicted` is the model's 90% interval for the same count, place and days. `others` are
    those besides who spoke of the same matter.
    """

    claim_id: str
    said_by: Voice
    paraphrase: str
    unit: str
    low: float | None
    high: float | None
    predicted: Band
    others: tuple[Voice, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that are not finite or out of order."""
        _check_band(self.claim_id, "predicted", self.predicted)
        ends = [end for end in (self.low, self.high) if end is not None]
        if not all(map(isfinite, ends)) or ends != sorted(ends):
            raise ValueError(f"claim {self.claim_id}: low {self.low}, high {self.high}; order them")

    @property
    def said(self) -> tuple[float, float]:
        """Ends of what was said, infinite where none was given."""
        low, high = self.low, self.high
        return (-inf if low is None else low), (inf if high is None else high)


class Rule(NamedTuple):
    """When the rule holds, in words and as a test, and what is then said."""

    when: str
    holds: Callable[[Any], bool]
    words: str


_SAME = "{who} accounted for {share} of districts lost ({share_90})"

RULES: dict[str, tuple[Rule, ...]] = {
    "who": (
        Rule("alone in its group", lambda e: not e.confused_with, "{mechanism}"),
        Rule(
            "in a group with others",
            lambda e: True,
            "{mechanism}, which cannot be told apart from {others}, with them",
        ),
    ),
    "share": (
        Rule("the interval lies above 0", lambda e: e.share.low > 0, _SAME),
        Rule(
            "the interval lies below 0",
            lambda e: e.share.high < 0,
            "{who} kept districts from falling, {share_saved} of the number lost ({share_90})",
        ),
        Rule(
            "the interval includes 0",
            lambda e: True,
            "{who} accounted for what may be nothing, {share} of districts lost ({share_90})",
        ),
    ),
    "learned": (
        Rule(
            f"posterior sd above {LEARNED_NOTHING} of the prior's",
            lambda e: e.learned > LEARNED_NOTHING,
            "the record does not say how strong it is: that is assumed",
        ),
        Rule(
            f"posterior sd above {LEARNED_MUCH} of the prior's",
            lambda e: e.learned > LEARNED_MUCH,
            "the record says a little of how strong it is",
        ),
        Rule("else", lambda e: True, "the record says much of how strong it is"),
    ),
    "count": (
        Rule(
            "no number was said", lambda o: o.low is None and o.high is None, "; no number was said"
        ),
        Rule(
            "the interval lies below what was said",
            lambda o: o.predicted.high < o.said[0],
            ", fewer than was said ({said})",
        ),
        Rule(
            "the interval lies above what was said",
            lambda o: o.predicted.low > o.said[1],
            ", more than was said ({said})",
        ),
        Rule(
            "the interval lies within what was said",
            lambda o: o.said[0] <= o.predicted.low and o.predicted.high <= o.said[1],
            ", which agrees with what was said ({said})",
        ),
        Rule("else", lambda o: True, ", which does not rule out what was said ({said})"),
    ),
}
"""Every turn of phrase that depends on a number, by aspect."""

_EXPLAINED = (
    "{opening}: inside this model, {finding}; {learned} "
    "({posterior} {unit}, {posterior_90}; beforehand {prior}, {prior_90}){dissent}."
)
_COUNTED = "{opening}: inside this model, {predicted} {unit} ({predicted_90}){found}{dissent}."


def verdict(claim: Explanation | Observation) -> str:
    """The sentence for a claim: quoted, then in at most sixty words of ours, then who doubts it."""
    return _explained(claim) if isinstance(claim, Explanation) else _counted(claim)


def _explained(e: Explanation) -> str:
    who = _say("who", e).format(mechanism=_spoken(e.mechanism), others=_listed(e.confused_with))
    finding = _say("share", e).format(
        who=who,
        share=_percent(e.share.middle),
        share_saved=_percent(-e.share.middle),
        share_90=_from_to(e.share, _percent),
    )
    return _EXPLAINED.format(
        opening=_opening(e),
        finding=finding,
        learned=_say("learned", e),
        unit=e.unit,
        posterior=_figure(e.posterior.middle),
        posterior_90=_from_to(e.posterior, _figure),
        prior=_figure(e.prior.middle),
        prior_90=_from_to(e.prior, _figure).removeprefix("90% "),
        dissent=_dissent(e.others),
    )


def _counted(o: Observation) -> str:
    return _COUNTED.format(
        opening=_opening(o),
        predicted=_whole(o.predicted.middle),
        predicted_90=_from_to(o.predicted, _whole),
        unit=o.unit,
        found=_say("count", o).format(said=_said(o)),
        dissent=_dissent(o.others),
    )


def _say(aspect: str, claim: Explanation | Observation) -> str:
    return next(rule.words for rule in RULES[aspect] if rule.holds(claim))


def _opening(claim: Explanation | Observation) -> str:
    told = f"{SPOKEN[claim.said_by.stance]} {claim.said_by.speaker}"
    return f'{claim.claim_id}, {told} ("{claim.paraphrase.strip().rstrip(".")}")'


def _said(o: Observation) -> str:
    """What was said, exactly as it was."""
    low, high = (f"{end:,}".removesuffix(".0") for end in o.said)
    if o.low is None or o.high is None:
        return f"at most {high}" if o.low is None else f"at least {low}"
    return low if low == high else f"{low} to {high}"


def _dissent(others: Sequence[Voice]) -> str:
    """Who denied the matter and who could not confirm it; nothing if nobody did."""
    told = ""
    for stance in (Stance.DENIES, Stance.CANNOT_CONFIRM):
        speakers = dict.fromkeys(voice.speaker for voice in others if voice.stance == stance)
        told += f"; {SPOKEN[stance]} {_listed([*speakers])}" if speakers else ""
    return told


def _listed(names: Sequence[str]) -> str:
    spoken = [_spoken(name) for name in names]
    if len(spoken) > MOST_NAMED:
        rest = len(spoken) - MOST_NAMED + 1
        spoken = [*spoken[: MOST_NAMED - 1], f"{rest} others"]
    return ", ".join(spoken)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _from_to(band: Band, told: Callable[[float], str]) -> str:
    return f"90% from {told(band.low)} to {told(band.high)}"


def _percent(share: float) -> str:
    return f"{_figure(100 * share)}%"


def _whole(count: float) -> str:
    """A count: no decimals above ten, no false exactness above a thousand."""
    return f"{count:,.0f}" if 10 <= abs(count) < 1000 else _figure(count, 3)


def _figure(x: float, digits: int = 2) -> str:
    """A number to so many digits, that is never rounded to nothing.

    >>> _figure(0.1234), _figure(-1834), _figure(0.0004)
    ('0.12', '-1,800', '0.0004')
    """
    return f"{float(f'{x:.{digits}g}') + 0.0:,}".removesuffix(".0")


def _check_band(claim_id: str, name: str, band: Band) -> None:
    if not all(map(isfinite, band)) or band.low > band.high:
        raise ValueError(f"claim {claim_id}: {name} {tuple(band)} must be finite, low to high")
