"""Each check of the contract is shown a mechanism with the fault that it is there to find."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.vocabulary.priors import HalfNormal, Normal
from holdfast.vocabulary.types import Claim, Mechanism, Parameter
from holdfast.vocabulary.words import Field, Level, Option, Verb

GRUMBLING = Mechanism(
    name="grumbling",
    claim=Claim(
        says="Men grumble under siege.",
        wrong_if="men do not grumble under siege",
        claims=(),
        sources=("nobody-1900",),
        reads=("siege",),
        presses=(Option.STAY,),
        parameters={
            "strength": Parameter(HalfNormal(1.0), "logit", "weight of grumbling"),
            "patience": Parameter(
                HalfNormal(1.0), "share", "what is borne before", "S", "a source"
            ),
        },
    ),
    press=lambda scene, p: {
        Option.STAY: (Level.DISTRICT, -p["strength"] * (scene.siege + p["patience"] * heat(scene)))
    },
    fields={"heat": Field(Level.DISTRICT, "share", 0, 1, "siege of late")},
    begin=lambda scene, p: {"heat": 0 * scene.siege},
    remember=lambda scene, p: {"heat": (heat(scene) + scene.siege) / 2},
)


def heat(scene):
    return scene.memory["heat"]


def but(**changes):
    """Grumbling with something of its claim, or of itself, changed."""
    of_claim = {k: v for k, v in changes.items() if k in Claim.__dataclass_fields__}
    itself = {k: v for k, v in changes.items() if k not in of_claim}
    return replace(GRUMBLING, claim=replace(GRUMBLING.claim, **of_claim), **itself)


def says(f):
    """Grumbling that presses otherwise: on staying by district unless `f` says where."""

    def press(scene, p):
        said = f(scene, p)
        return said if isinstance(said, dict) else {Option.STAY: (Level.DISTRICT, said)}

    return but(press=press)


def burst(scene, p):
    """A memory that leaves its range."""
    return {"heat": heat(scene) + scene.siege}


def scribble(scene, p):
    """Writes in its own memory."""
    scene.memory["heat"] = scene.siege
    return -p["strength"] * scene.siege


def hide(scene, p):
    """Leaves a note in the scene."""
    scene.note = 1
    return -p["strength"] * scene.siege


def counting_days():
    """Says more each time it is asked."""
    asked = []

    def press(scene, p):
        asked.append(1)
        return -p["strength"] * scene.siege * len(asked)

    return press


GAPS = {
    "no falsifier": but(wrong_if=" "),
    "no source": but(sources=()),
    "no strength": but(parameters={"patience": GRUMBLING.claim.parameters["patience"]}),
    "no unit": but(parameters={"strength": Parameter(HalfNormal(1.0), "", "weight")}),
    "unknown mark": but(parameters={"strength": Parameter(HalfNormal(1.0), "logit", "w", "X")}),
    "seen in no source": but(parameters={"strength": Parameter(HalfNormal(1), "logit", "w", "S")}),
    "endless prior": but(parameters={"strength": Parameter(Normal(0, np.inf), "logit", "w")}),
    "no such fact": but(reads=("siege", "weather")),
    "opens what it leaves alone": but(opens=(Verb.PARLEY,)),
    "memory that never begins": but(begin=None),
}
MISREADINGS = {
    "reads what it hides": says(lambda s, p: -p["strength"] * s.siege * s.garrison),
    "hides what it reads": but(reads=("siege", "garrison")),
}
EXCESSES = {
    "presses what it hides": says(
        lambda s, p: dict.fromkeys((Option.STAY, Verb.KILL), (Level.DISTRICT, s.siege))
    ),
    "hides what it presses": but(presses=(Option.STAY, Verb.KILL)),
    "posts for districts": says(lambda s, p: -p["strength"] * s.at_posts(s.siege)),
    "no number": says(lambda s, p: -p["strength"] * jnp.log(s.siege - 2)),
    "endless": says(lambda s, p: p["strength"] / (0 * s.siege)),
    "shuts what it did not open": says(lambda s, p: -jnp.inf + s.siege),
    "memory out of range": but(remember=burst),
    "memory undeclared": but(remember=lambda s, p: {"heat": s.siege, "dust": s.siege}),
    "memory of another shape": but(remember=lambda s, p: {"heat": s.siege.mean()}),
    "writes in its memory": says(scribble),
    "writes in the scene": says(hide),
    "remembers in secret": says(counting_days()),
}
TALKERS = {
    "ignores strength": says(lambda s, p: -0.5 * s.siege),
    "whispers": says(lambda s, p: -(p["strength"] + 1e-6) * s.siege),
    "opens at zero": but(
        press=lambda s, p: {Verb.PARLEY: (Level.DISTRICT, p["strength"] + jnp.log(s.siege))},
        presses=(Verb.PARLEY,), opens=(Verb.PARLEY,),
    ),
}  # fmt: skip


def planted(faults):
    return pytest.mark.parametrize("fault", faults.values(), ids=faults)


def test_a_sound_mechanism_passes_every_check(contract):
    contract.claim_is_complete(GRUMBLING)
    contract.claim_agrees_with_the_table(GRUMBLING)
    contract.reads_what_it_declares(GRUMBLING)
    contract.heeds_all_it_names(GRUMBLING)
    for how in ("mixed", "low", "high"):
        contract.answers_within_bounds(GRUMBLING, {}, {"siege": how}, how, 1.0, 1)
    contract.says_nothing_at_zero_strength(GRUMBLING)
    contract.war_is_as_without_it(GRUMBLING)
    contract.renaming_districts_renames_what_it_says(GRUMBLING)


@planted(GAPS)
def test_a_gap_in_a_claim_is_found(fault, contract):
    with pytest.raises(AssertionError):
        contract.claim_is_complete(fault)


@pytest.mark.parametrize("claims", [("C22",), ("C99",)])
def test_a_claim_of_another_or_of_nobody_is_found(claims, contract):
    with pytest.raises(AssertionError):
        contract.claim_agrees_with_the_table(but(claims=claims))


@planted(MISREADINGS)
def test_reading_more_or_less_than_declared_is_found(fault, contract):
    with pytest.raises(AssertionError):
        contract.reads_what_it_declares(fault)


def test_a_fact_or_parameter_without_effect_is_found(contract):
    idle = says(lambda s, p: -p["strength"] * s.siege)
    with pytest.raises(AssertionError, match="patience"):
        contract.heeds_all_it_names(idle)
    shape_only = but(reads=("siege", "held"), begin=lambda s, p: {"heat": jnp.zeros_like(s.held)})
    contract.reads_what_it_declares(shape_only)
    with pytest.raises(AssertionError, match="held"):
        contract.heeds_all_it_names(shape_only)


def test_an_unwritten_tie_and_a_look_behind_the_scene_are_found(contract):
    gossip = says(lambda s, p: -p["strength"] * s.neighbours(s.siege))
    with pytest.raises(AssertionError):
        contract.hears_by_the_ties_on_the_page(gossip, "| grumbling | stay: siege |")
    with pytest.raises(AssertionError):
        contract.looks_at_nothing_private("def press(scene, p):\n    return scene._facts['siege']")


@planted(EXCESSES)
def test_an_answer_out_of_bounds_and_a_write_are_found(fault, contract):
    with pytest.raises(AssertionError):
        contract.answers_within_bounds(fault, {}, {}, "high", 1.0, 1)


@planted(TALKERS)
def test_a_word_at_zero_strength_is_found(fault, contract):
    with pytest.raises(AssertionError):
        contract.says_nothing_at_zero_strength(fault)
    with pytest.raises(AssertionError):
        contract.war_is_as_without_it(fault)


def test_favour_for_a_row_is_found(contract):
    favour = says(lambda s, p: (-p["strength"] * s.siege).at[0].set(0.0))
    with pytest.raises(AssertionError):
        contract.renaming_districts_renames_what_it_says(favour)
