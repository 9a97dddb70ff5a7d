"""The contract: checks of one mechanism, each failing with an AssertionError."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from holdfast.engine.pressure import SHUT
from holdfast.records.read import find_scenario
from holdfast.vocabulary.types import Theatre, Ties
from holdfast.vocabulary.words import FACTS, Level, Option, Verb

TIES_ON_THE_PAGE = {"neighbours": "mean_near", "provinces": "mean_prov", "corps": "mean_corps"}


@pytest.fixture(scope="session")
def contract(place, draw_facts, draw_memory, see, by_prior, size_of, day_by_day, ring, page):
    return Contract(place, draw_facts, draw_memory, see, by_prior, size_of, day_by_day, ring, page)


def numbers(said, kept):
    """All that was answered, as one list of arrays."""
    return [np.asarray(pull) for _, pull in said.values()] + [np.asarray(x) for x in kept.values()]


def same_wars(ours, theirs):
    """Two wars agree to the bit in every field of every day's state."""
    for one, other in zip(ours, theirs, strict=True):
        for name, a, b in zip(one._fields, one, other, strict=True):
            if name in ("recent", "why"):  # a column for each mechanism
                continue
            assert jax.tree.all(jax.tree.map(np.array_equal, a, b)), name


@dataclass(frozen=True, repr=False)
class Contract:
    """The checks, with made-up scenes and small wars to make them in."""

    place: Ties
    draw_facts: Callable
    draw_memory: Callable
    see: Callable
    by_prior: Callable
    size_of: Callable
    day_by_day: Callable
    ring: Theatre
    page: str

    def answers(self, mechanism, facts, memory, values, dt=1.0, place=None):
        """What a mechanism says and remembers of a scene, and the scenes it was shown."""
        first, now, after = (
            self.see(facts, place or self.place, known, dt) for known in ({}, memory, memory)
        )
        begun = mechanism.begin(first, values) if mechanism.begin else {}
        said = mechanism.press(now, values)
        kept = mechanism.remember(after, values) if mechanism.remember else {}
        kept = {f"{name} at first": x for name, x in begun.items()} | dict(kept)
        return said, kept, (first, now, after)

    @staticmethod
    def claim_is_complete(mechanism):
        """It says what it claims, what would prove it wrong, by whom, and what each number is."""
        claim = mechanism.claim
        assert claim.says.strip()
        assert claim.wrong_if.strip()
        assert claim.sources
        assert all(s.strip() for s in claim.sources)
        assert len(set(claim.reads)) == len(claim.reads)
        assert set(claim.reads) <= set(FACTS)
        assert set(claim.opens) <= set(claim.presses)
        assert all(isinstance(word, Option | Verb) for word in claim.presses)
        assert "strength" in claim.parameters
        for name, parameter in claim.parameters.items():
            assert parameter.unit, name
            assert parameter.meaning, name
            assert parameter.mark in ("S", "M", "J"), name
            assert parameter.mark == "J" or parameter.reason, (
                f"{name}: {parameter.mark} without source"
            )
            with np.errstate(invalid="ignore"):
                ends = np.asarray(parameter.prior.quantile(np.asarray([1e-4, 0.5, 1 - 1e-4])))
            assert np.isfinite(ends).all(), name
            assert (np.diff(ends) >= 0).all(), name
            assert np.isfinite(np.float32(ends)).all(), name
        for name, field in mechanism.fields.items():
            assert field.unit, name
            assert field.meaning, name
            assert field.low < field.high, name
        assert bool(mechanism.fields) == bool(mechanism.begin) == bool(mechanism.remember)

    @staticmethod
    def claim_agrees_with_the_table(mechanism):
        """It carries the claims of the record that name it, and no others."""
        table = pd.read_csv(find_scenario("afghanistan-2021") / "record" / "claims.csv")
        carried = set(table["claim_id"][table["mechanism"] == mechanism.name])
        assert set(mechanism.claim.claims) == carried

    def reads_what_it_declares(self, mechanism):
        """No fact is read that is not declared, nor declared and not read."""
        values = self.by_prior(mechanism)
        _, _, scenes = self.answers(
            mechanism, self.draw_facts(0, mechanism), self.draw_memory(0, mechanism), values
        )
        assert set().union(*(scene.facts_used for scene in scenes)) == set(mechanism.claim.reads)

    def heeds_all_it_names(self, mechanism):
        """No fact is read, and no parameter declared, that changes nothing it ever says."""
        unheeded = {("fact", name) for name in mechanism.claim.reads}
        unheeded |= {("parameter", name) for name in mechanism.claim.parameters}
        for seed in range(40):
            facts, others = (self.draw_facts(seed + at, mechanism) for at in (0, 1000))
            memory = self.draw_memory(seed, mechanism)
            values = self.by_prior(mechanism, dict.fromkeys(mechanism.claim.parameters, 0.7))
            usual = self.answers(mechanism, facts, memory, values)[:2]
            for kind, name in sorted(unheeded):
                if kind == "fact":
                    changed = (facts | {name: others[name]}, memory, values)
                else:
                    other = self.by_prior(mechanism, {name: 0.05 + seed % 10 / 10})[name]
                    changed = (facts, memory, values | {name: other})
                other = self.answers(mechanism, *changed)[:2]
                pairs = zip(numbers(*usual), numbers(*other), strict=True)
                if not all(np.array_equal(a, b) for a, b in pairs):
                    unheeded.remove((kind, name))
            if not unheeded:
                return
        assert not unheeded

    def hears_by_the_ties_on_the_page(self, mechanism, page=None):
        """It averages over whom the page of the model says, if it has a row there."""
        rows = [
            line
            for line in (page or self.page).splitlines()
            if line.startswith(f"| {mechanism.name} ")
        ]
        if not rows:
            pytest.skip("not on the page of the model yet")
        _, _, scenes = self.answers(
            mechanism, self.draw_facts(0, mechanism), self.draw_memory(0, mechanism),
            self.by_prior(mechanism),
        )  # fmt: skip
        used = set().union(*(scene.ties_used for scene in scenes))
        assert used == {tie for tie, word in TIES_ON_THE_PAGE.items() if word in rows[0]}

    @staticmethod
    def looks_at_nothing_private(source):
        """It has no way around the scene."""
        tree = ast.walk(ast.parse(source))
        attributes = [node.attr for node in tree if isinstance(node, ast.Attribute)]
        assert not [name for name in attributes if name.startswith("_")]

    def presses_what_it_declares(self, mechanism, said):
        """Every declared word, in its level's shape; what is not shut is a moderate number."""
        assert set(said) == set(mechanism.claim.presses)
        for word, (level, pull) in said.items():
            assert isinstance(level, Level), word
            assert jnp.shape(pull) == self.size_of(level), word
            assert jnp.asarray(pull).dtype == jnp.float32, word
            pull = np.asarray(pull)
            shut = (
                (pull <= SHUT / 10) if word in mechanism.claim.opens else np.zeros_like(pull, bool)
            )
            assert (np.isfinite(pull) | (pull == -np.inf) & shut).all(), word
            assert (np.abs(pull) < 1e3)[~shut].all(), word

    def remembers_what_it_declares(self, mechanism, kept):
        """Every declared field, at first and later, in its level's shape and its range."""
        first = [name.removesuffix(" at first") for name in kept if name.endswith(" at first")]
        later = [name for name in kept if not name.endswith(" at first")]
        assert set(first) == set(later) == set(mechanism.fields)
        for name, x in kept.items():
            field = mechanism.fields[name.removesuffix(" at first")]
            assert jnp.shape(x) == self.size_of(field.level), name
            assert jnp.asarray(x).dtype == jnp.float32, name
            assert np.isfinite(x).all(), name
            assert (np.asarray(x) >= field.low).all(), name
            assert (np.asarray(x) <= field.high).all(), name

    def answers_within_bounds(self, mechanism, shares, kinds, of_memory, dt, seed):
        """In one scene: what it presses and remembers is as declared, and nothing is written."""
        facts = self.draw_facts(seed, mechanism, kinds)
        memory = self.draw_memory(seed, mechanism, of_memory)
        values = self.by_prior(mechanism, shares)
        shown = (facts, memory, values)
        before = [dict(x) for x in shown]
        said, kept, scenes = self.answers(mechanism, *shown, dt)
        again, kept_again, _ = self.answers(mechanism, *shown, dt)
        self.presses_what_it_declares(mechanism, said)
        self.remembers_what_it_declares(mechanism, kept)
        # it wrote nothing, neither in what it was shown nor in itself
        for was, now in zip(before, shown, strict=True):
            assert was.keys() == now.keys()
            assert all(was[name] is now[name] for name in was)
        untouched = set(vars(self.see(facts, self.place, memory, dt)))
        assert all(set(vars(scene)) == untouched for scene in scenes)
        pairs = zip(numbers(said, kept), numbers(again, kept_again), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)

    def says_nothing_at_zero_strength(self, mechanism):
        """Pressures are 0; what it alone opens has no rate and no share."""
        for seed in range(20):
            rng = np.random.default_rng(seed)
            shares = {name: rng.uniform(0.01, 0.99) for name in mechanism.claim.parameters}
            said, _, _ = self.answers(
                mechanism, self.draw_facts(seed, mechanism),
                self.draw_memory(seed, mechanism),
                self.by_prior(mechanism, shares, strength=0.0),
            )  # fmt: skip
            for word, (_, pull) in said.items():
                silent = (
                    np.exp(pull) == 0 if word in mechanism.claim.opens else np.asarray(pull) == 0
                )
                assert silent.all(), word

    def war_is_as_without_it(self, mechanism, theirs=()):
        """A war with it at zero strength, beside a war of the others alone."""
        values = {m.name: self.by_prior(m) for m in theirs}
        silent = {mechanism.name: self.by_prior(mechanism, strength=0.0)}
        with_it = self.day_by_day(self.ring, [*theirs, mechanism], values | silent)
        same_wars(with_it, self.day_by_day(self.ring, theirs, values))

    def renaming_districts_renames_what_it_says(self, mechanism):
        """To rounding: a mean over a province is summed in the order of its rows."""
        place, districts, posts = self.place, np.asarray([4, 2, 0, 5, 1, 3]), np.arange(9)[::-1]
        row = jnp.asarray(np.argsort(districts))
        renamed_place = place._replace(
            neighbour=row[place.neighbour[districts]], tie=place.tie[districts],
            province=place.province[districts], corps=place.corps[districts],
            place=row[place.place[posts]],
        )  # fmt: skip

        def renamed(level, x):
            by_level = {
                Level.DISTRICT: (districts,),
                Level.POST: (posts,),
                Level.CLASS: (..., posts),
            }
            return x[by_level[level]] if level in by_level else x

        for seed in range(5):
            facts, memory = self.draw_facts(seed, mechanism), self.draw_memory(seed, mechanism)
            values = self.by_prior(mechanism)
            said, kept, _ = self.answers(mechanism, facts, memory, values)
            said_there, kept_there, _ = self.answers(
                mechanism,
                {name: renamed(FACTS[name].level, x) for name, x in facts.items()},
                {name: renamed(mechanism.fields[name].level, x) for name, x in memory.items()},
                values, place=renamed_place,
            )  # fmt: skip
            for word, (level, pull) in said.items():
                np.testing.assert_allclose(said_there[word][1], renamed(level, pull), 1e-4, 1e-5)
            for name, x in kept.items():
                level = mechanism.fields[name.removesuffix(" at first")].level
                np.testing.assert_allclose(kept_there[name], renamed(level, x), 1e-4, 1e-5)
