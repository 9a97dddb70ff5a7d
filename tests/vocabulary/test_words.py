"""Words are declared once, and a scene offers the facts and nothing else."""

import jax.numpy as jnp
import pytest

from holdfast.vocabulary.types import Scene, Ties
from holdfast.vocabulary.words import FACTS, Fate, Manner, index

# Three districts in a row: the middle one leans three quarters to the last.
TIES = Ties(
    neighbour=jnp.asarray([[1, 0], [0, 2], [1, 2]]),
    tie=jnp.asarray([[1.0, 0.0], [0.25, 0.75], [1.0, 0.0]]),
    province=jnp.asarray([0, 0, 1]),
    corps=jnp.asarray([0, 0, 0]),
    province_sizes=jnp.asarray([2.0, 1.0]),
    corps_sizes=jnp.asarray([3.0]),
    place=jnp.asarray([2, 2, 0]),
)
X = jnp.asarray([1.0, 2.0, 6.0])


@pytest.fixture
def scene():
    return Scene({"held": X}, TIES, {}, 1.0)


def test_a_scene_shows_a_fact_by_its_name(scene):
    assert (scene.held == X).all()


def test_a_scene_refuses_what_is_no_fact(scene):
    with pytest.raises(AttributeError, match="'casualties' is not a fact"):
        _ = scene.casualties


def test_means_over_contacts_provinces_and_corps_are_those_worked_out_by_hand(scene):
    assert scene.neighbours(X).tolist() == [2.0, 0.25 * 1 + 0.75 * 6, 2.0]
    assert scene.provinces(X).tolist() == [1.5, 1.5, 6.0]
    assert scene.corps(X).tolist() == [3.0, 3.0, 3.0]


def test_a_post_hears_what_is_said_where_it_stands(scene):
    assert scene.at_posts(X).tolist() == [6.0, 6.0, 1.0]


def test_words_keep_the_order_in_which_arrays_store_them():
    assert [index(fate) for fate in Fate] == list(range(len(Fate)))
    assert index(Manner.ASSAULT) == 2


def test_every_fact_has_a_meaning_and_a_range_that_is_not_empty():
    assert all(field.meaning and field.unit and field.low < field.high for field in FACTS.values())
