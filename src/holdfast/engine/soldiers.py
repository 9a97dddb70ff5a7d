"""Soldiers as lots: each draws once for the war, and a head-count is a comparison and a sum.

A soldier serves exactly while both his lots lie above the thresholds that the accumulated
hazards of his class and post have reached [sellke-1983]. A threshold is the quantile
`65535 (1 - exp(-hazard))` rounded down; lots are whole numbers from 1 to 65535, and 0 marks a
man on the roll who is not there. Rounding biases a chance by at most 1/65535.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from holdfast.vocabulary import chance
from holdfast.vocabulary.chance import Purpose
from holdfast.vocabulary.once import once
from holdfast.vocabulary.state import Lots
from holdfast.vocabulary.types import MOST_MEN_IN_A_POST, Theatre

CLASSES = 4
"""Resolve classes of a post, each a quarter of its men."""

ROWS = MOST_MEN_IN_A_POST // CLASSES
"""Men of one class in one post at most."""

TOP = 65535.0
GONE = 50.0
"""A hazard after which nobody is left."""


def class_nodes() -> np.ndarray:
    """Resolve of each class in standard deviations: medians of equal parts, at unit spread."""
    nodes = ndtri((np.arange(CLASSES) + 0.5) / CLASSES)
    return (nodes / nodes.std()).astype(np.float32)


class Count(NamedTuple):
    """A head-count after a step, with who went and how."""

    serving: Array  # [K, P]
    surrendered: Array  # [P]
    deserted: Array  # [P]
    abroad: Array  # [P]
    killed: Array  # [P]


class Hazards(NamedTuple):
    """Accumulated hazards around a step and where the doors divide."""

    left_before: Array  # [K, P]
    left: Array  # [K, P]
    died_before: Array  # [P]
    died: Array  # [P]
    surrender: Array  # [K, P] share of leavers who surrender
    desert: Array  # [K, P] share who surrender or desert


HeadCount = Callable[[Lots, Array, Hazards], Count]


def draw(theatre: Theatre, key: Array, ghosts: Array) -> Lots:
    """Lots of every soldier of one member, addressed by post and place in it.

    The i-th man of post u is in class (i - u's key) mod K. Of `paper` men
    `floor(paper (1 - ghosts) + a uniform number)` are present: the first so many.
    """
    chancy = chance.uniform(key, Purpose.GHOST, 0, theatre.post_key)
    present = jnp.floor(theatre.paper * (1 - ghosts) + chancy).astype(jnp.uint32)
    klass = jnp.arange(CLASSES, dtype=jnp.uint32)[:, None]

    def of_a_row(row: Array) -> Lots:
        man = row * CLASSES + (klass + theatre.post_key % CLASSES) % CLASSES
        first, second = chance.words(key, Purpose.SOLDIER, man, theatre.post_key[None, :])
        there = man < present
        as_lot = lambda word: jnp.where(there, _lot(word), jnp.uint16(0))  # noqa: E731
        return Lots(as_lot(first & 0xFFFF), as_lot(first >> 16), as_lot(second >> 16))

    return jax.lax.map(of_a_row, jnp.arange(ROWS, dtype=jnp.uint32))  # a row at a time: less memory


def _lot(word: Array) -> Array:
    """Whole number from 1 to 65535 from 16 bits; 0 counts as 1."""
    return jnp.maximum(word, 1).astype(jnp.uint16)


def present(lots: Lots) -> Array:
    """Men there on the first day, [K, P] int32."""
    return (lots.leave > 0).sum(0, dtype=jnp.int32)


def over_classes(x: Array) -> Array:
    """Sum of `x` [K, P] over the classes of a post: in this form a loop without a reduction."""
    return sum(x[1:], x[0])


def _threshold(hazard: Array) -> Array:
    return (TOP * (1 - jnp.exp(-hazard))).astype(jnp.uint16)


def _cut(share: Array) -> Array:
    """Highest lot that a share of the doors takes in: the nearest, so a shut door takes none."""
    return jnp.round(TOP * jnp.minimum(share, 1.0)).astype(jnp.uint16)


def individuals(lots: Lots, serving: Array, h: Hazards) -> Count:
    """Count every soldier. Within a step leaving goes before dying."""
    thresholds = (
        _threshold(h.left_before), _threshold(h.left), _threshold(h.died_before),
        _threshold(h.died), _cut(h.surrender), _cut(h.desert),
    )  # fmt: skip
    t_left0, t_left, t_died0, t_died, cut_s, cut_d = once(thresholds)
    alive_before = lots.die > t_died0
    kept = (lots.leave > t_left) & alive_before
    gone = (lots.leave > t_left0) & ~(lots.leave > t_left) & alive_before
    facts = (
        kept & (lots.die > t_died), gone & (lots.door <= cut_s), kept, gone & (lots.door <= cut_d)
    )  # fmt: skip
    serving_now, surrendered, kept_now, home = _sums(facts)
    return Count(
        serving=serving_now,
        surrendered=surrendered.sum(0),
        deserted=(home - surrendered).sum(0),
        abroad=(serving - kept_now - home).sum(0),
        killed=(kept_now - serving_now).sum(0),
    )


def _sums(facts: tuple[Array, Array, Array, Array]) -> list[Array]:
    """Over rows, int32 each: up to ROWS in each byte of one sum, so that lots are read once."""
    packed = sum(
        (fact.astype(jnp.uint32) << (8 * k) for k, fact in enumerate(facts)), jnp.uint32(0)
    )
    counts = packed.sum(0, dtype=jnp.uint32)
    return [((counts >> (8 * k)) & 0xFF).astype(jnp.int32) for k in range(len(facts))]


def continuum(lots: Lots, serving: Array, h: Hazards) -> Count:
    """Expected shares in place of counts: smooth in the hazards, blind to the lots."""
    del lots
    kept = serving * jnp.exp(h.left_before - h.left)
    gone = serving - kept
    serving_now = kept * jnp.exp(h.died_before - h.died)
    surrendered = gone * h.surrender
    home = gone * h.desert
    return Count(
        serving=serving_now,
        surrendered=surrendered.sum(0),
        deserted=(home - surrendered).sum(0),
        abroad=(gone - home).sum(0),
        killed=(kept - serving_now).sum(0),
    )
