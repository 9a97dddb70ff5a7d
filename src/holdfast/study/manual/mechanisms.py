"""For the page of mechanisms: what each says, rests on, reads and presses, and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import getdoc

from holdfast.engine.ground import GROUND
from holdfast.engine.pressure import GROUND_OPEN
from holdfast.engine.step import __doc__ as STEP
from holdfast.records.schema_record import CLAIMS
from holdfast.study.catalogue import catalogue
from holdfast.study.manual.markdown import code, number, paragraphs, table
from holdfast.study.manual.references import cite, founding, with_links
from holdfast.vocabulary.priors import in_words
from holdfast.vocabulary.types import Mechanism, Parameter
from holdfast.vocabulary.words import FACTS, MEANING, Field, Option


def blocks() -> dict[str, str]:
    """What is made of the page."""
    known = list(catalogue().values())
    return {
        "order": _order(),
        "words": _words(known),
        "mechanisms": paragraphs(part for m in known for part in _mechanism(m)),
        "ground": _parameters(GROUND),
        "facts": _facts(known),
    }


def _order() -> str:
    return "\n".join(line for line in (STEP or "").splitlines() if line.startswith("|"))


def _words(known: Iterable[Mechanism]) -> str:
    rows = []
    for word, meaning in MEANING.items():
        pressed = [_link(m.name) for m in known if word in m.claim.presses]
        opened = [_link(m.name) for m in known if word in m.claim.opens]
        there = "always" if word in GROUND_OPEN else "with " + ", ".join(opened)
        kind = "option" if isinstance(word, Option) else "verb"
        rows.append((f"`{word}`", kind, meaning, there, ", ".join(pressed)))
    return table(("word", "kind", "meaning", "exists", "pressed by"), rows)


def _mechanism(m: Mechanism) -> Iterable[str]:
    claim = m.claim
    facts = [
        f"**What would prove it wrong.** {_sentence(claim.wrong_if)}",
        f"**Presses** {code(claim.presses)}. {_told(m.press)}",
        f"**Opens** {code(claim.opens)}: without it that does not happen." if claim.opens else "",
        f"**Reads** {code(claim.reads)}.",
        f"**What followed.** {_sentence(claim.followed)}" if claim.followed else "",
        f"**Remembers.** {_told(m.remember)}" if m.remember else "",
        _fields(m.fields) if m.fields else "",
        f"**Sources.** {cite(claim.sources)}.",
        "**Claims it carries.**" if claim.claims else "**Claims it carries.** None of the article"
        " that the founding case began with; it comes from the literature.",
        _claims(claim.claims),
    ]  # fmt: skip
    return (f"## {m.name}", claim.says, *facts, _parameters(claim.parameters))


def _told(does: Callable[..., object]) -> str:
    return getdoc(does) or ""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _claims(keys: Iterable[str]) -> str:
    rows = founding(CLAIMS).set_index("claim_id").to_dict("index")
    found = ((key, rows[key]) for key in keys)
    return "\n".join(
        f"- {key}, {row['role']}, {row['stance'].replace('_', ' ')}: {row['paraphrase']}"
        for key, row in found
    )


def _parameters(known: Mapping[str, Parameter]) -> str:
    rows = []
    for name, p in known.items():
        low, middle, high = (number(float(p.prior.quantile(q)), 2) for q in (0.05, 0.5, 0.95))
        prior = f"{in_words(p.prior)}: {middle} ({low} to {high})"
        rows.append((f"`{name}`", p.meaning, prior, p.unit, p.mark, with_links(p.reason)))
    head = ("parameter", "meaning", "prior: median (90%)", "unit", "mark", "reason")
    return table(head, rows)


def _fields(fields: Mapping[str, Field]) -> str:
    rows = ((f"`{name}`", f.level, f.unit, _range(f), f.meaning) for name, f in fields.items())
    return table(("memory", "level", "unit", "range", "meaning"), rows)


def _facts(known: Iterable[Mechanism]) -> str:
    rows = []
    for name, f in FACTS.items():
        readers = ", ".join(_link(m.name) for m in known if name in m.claim.reads)
        rows.append((f"`{name}`", f.level, f.unit, _range(f), f.meaning, readers))
    return table(("fact", "level", "unit", "range", "meaning", "read by"), rows)


def _range(f: Field) -> str:
    return f"{number(f.low)} to {number(f.high)}"


def _link(name: str) -> str:
    return f"[{name}](#{name})"
