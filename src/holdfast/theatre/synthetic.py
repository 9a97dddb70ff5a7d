"""A made-up theatre of any size: districts on a ring, in provinces, with equal posts."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from holdfast.vocabulary.types import Calendar, Names, Theatre

POST_SIZE = 40


def quiet_calendar(n: int) -> Calendar:
    """A calendar on which nothing ever happens, for `n` districts."""
    none = lambda *shape: np.full(shape, np.inf, np.float32)  # noqa: E731
    flat = lambda level: np.asarray([[0.0, level]], np.float32)  # noqa: E731
    return Calendar(
        ally_presence=flat(1.0),
        air_support=flat(1.0),
        pay_arrears=flat(0.0),
        pay_here=np.zeros((1, 1 + n), np.float32),
        announcements=none(1, 2),
        base_day=none(n),
        appointments=none(1, n),
        replaced_share=np.zeros(1, np.float32),
        order_day=np.float32(np.inf),
        capitals_day=np.float32(np.inf),
        ceasefires=none(1, 2),
        breaches=none(1, 3),
        breach_news=none(1, 2),
    )


def synthetic(
    soldiers: int, posts_in_district: int = 10, districts_in_province: int = 12, days: int = 100
) -> tuple[Theatre, Names]:
    """`soldiers` men in posts of 40 on a ring of districts; the last post may be smaller.

    The first district of each province is its capital and garrison; each district touches the
    two beside it. One corps for every eight provinces.
    """
    n_posts = -(-soldiers // POST_SIZE)
    n = -(-n_posts // posts_in_district)
    d = np.arange(n)
    province = d // districts_in_province
    first = province * districts_in_province
    corps = province // 8
    paper = np.full(n_posts, POST_SIZE, np.int32)
    paper[-1] = soldiers - POST_SIZE * (n_posts - 1)
    home = (np.arange(n_posts) // posts_in_district).astype(np.int32)
    f32 = lambda x: np.asarray(x, np.float32)  # noqa: E731
    theatre = Theatre(
        district_key=d.astype(np.uint32),
        population=f32(np.full(n, 1e5)),
        capital=f32(d == first),
        national_capital=np.int32(0),
        province=province.astype(np.int32),
        corps=corps.astype(np.int32),
        corps_sizes=f32(np.bincount(corps)),
        province_sizes=f32(np.bincount(province)),
        garrison_of=np.where(d == first, 0, first).astype(np.int32),
        neighbour=np.stack([(d - 1) % n, (d + 1) % n], -1).astype(np.int32),
        tie=f32(np.full((n, 2), 0.5)),
        held_chance=f32(np.zeros(n)),
        contest_proxy=f32(np.zeros(n)),
        elder_proxy=f32(np.zeros(n)),
        legitimacy=f32(np.zeros(n)),
        media_reach=f32(np.full(n, 0.5)),
        border_km=f32(np.where(d % 6 == 5, 15.0, 200.0)),
        border_value=f32(d % 6 == 5),
        garrison_km=f32(30.0 * (d - first)),
        air_km=f32(30.0 * (d - first)),
        insurgents=np.float32(soldiers / 4),
        post_key=np.arange(n_posts, dtype=np.uint32),
        home=home,
        paper=paper,
        branch=(np.arange(n_posts) % 2).astype(np.int32),
        mobile=np.searchsorted(home, np.unique(corps) * 8 * districts_in_province)[:, None].astype(
            np.int32
        ),
        calendar=quiet_calendar(n),
    )
    name = lambda prefix, k: f"{prefix}{k:05d}"  # noqa: E731
    names = Names(
        scenario=f"synthetic-{soldiers}",
        title=f"A ring of {n} made-up districts",
        districts=tuple(name("S", k) for k in d),
        district_names=tuple(name("District ", k) for k in d),
        provinces=tuple(name("P", k) for k in np.unique(province)),
        province_of=tuple(name("P", k) for k in province),
        corps=tuple(name("C", k) for k in np.unique(corps)),
        start=np.datetime64("2000-01-01"),
        days=days,
    )
    return Theatre(*[_as_jax(x) for x in theatre]), names


def _as_jax(x: Calendar | np.ndarray) -> Calendar | Array:
    return Calendar(*map(jnp.asarray, x)) if isinstance(x, Calendar) else jnp.asarray(x)
