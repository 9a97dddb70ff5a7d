"""A made-up theatre of any size: districts on a ring, in provinces, with equal posts."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from holdfast.vocabulary.types import Calendar, Names, Theatre

POST_SIZE = 40
MOST_DISTRICTS = 25_000


def quiet_calendar(n: int) -> Calendar:
    """A calendar on which nothing ever happens, for `n` districts."""
    none = lambda *shape: jnp.full(shape, jnp.inf)  # noqa: E731
    flat = lambda level: jnp.asarray([[0.0, level]])  # noqa: E731
    return Calendar(
        ally_presence=flat(1.0),
        air_support=flat(1.0),
        pay_arrears=flat(0.0),
        pay_here=jnp.zeros((1, 1 + n)),
        announcements=none(1, 2),
        base_day=none(n),
        appointments=none(1, n),
        replaced_share=jnp.zeros(1),
        appointment_key=jnp.zeros(1, jnp.uint32),
        order_day=none(),
        capitals_day=none(),
        ceasefires=none(1, 2),
        breaches=none(1, 3),
        breach_news=none(1, 2),
    )


def synthetic(
    soldiers: int, posts_in_district: int = 10, districts_in_province: int = 12, days: int = 100
) -> tuple[Theatre, Names]:
    """`soldiers` men in posts of 40 on a ring of districts; the last post may be smaller.

    Above ten million soldiers districts grow larger, not more.
    The first district of each province is its capital and garrison; each district touches the
    two beside it. One corps for every eight provinces.
    """
    n_posts = -(-soldiers // POST_SIZE)
    posts_in_district = max(posts_in_district, -(-n_posts // MOST_DISTRICTS))
    n = -(-n_posts // posts_in_district)
    d = np.arange(n)
    province = d // districts_in_province
    first = province * districts_in_province
    corps = province // 8
    paper = np.full(n_posts, POST_SIZE, np.int32)
    paper[-1] = soldiers - POST_SIZE * (n_posts - 1)
    home = (np.arange(n_posts) // posts_in_district).astype(np.int32)
    f32 = lambda x: jnp.asarray(x, jnp.float32)  # noqa: E731
    i32 = lambda x: jnp.asarray(x, jnp.int32)  # noqa: E731
    theatre = Theatre(
        district_key=jnp.asarray(d, jnp.uint32),
        population=f32(np.full(n, 1e5)),
        capital=f32(d == first),
        national_capital=i32(0),
        province=i32(province),
        corps=i32(corps),
        corps_sizes=f32(np.bincount(corps)),
        province_sizes=f32(np.bincount(province)),
        province_key=jnp.arange(province[-1] + 1, dtype=jnp.uint32),
        garrison_of=i32(np.where(d == first, 0, first)),
        neighbour=i32(np.stack([(d - 1) % n, (d + 1) % n], -1)),
        tie=f32(np.full((n, 2), 0.5 if n > 1 else 0.0)),
        held_chance=f32(np.zeros(n)),
        contest_proxy=f32(np.zeros(n)),
        elder_proxy=f32(np.zeros(n)),
        legitimacy=f32(np.zeros(n)),
        media_reach=f32(np.full(n, 0.5)),
        border_km=f32(np.where(d % 6 == 5, 15.0, 200.0)),
        border_value=f32(d % 6 == 5),
        garrison_km=f32(30.0 * (d - first)),
        air_km=f32(30.0 * (d - first)),
        insurgents=f32(soldiers / 4),
        post_key=jnp.arange(n_posts, dtype=jnp.uint32),
        home=i32(home),
        paper=i32(paper),
        branch=i32(np.arange(n_posts) % 2),
        mobile=i32(np.searchsorted(home, np.unique(corps) * 8 * districts_in_province)[:, None]),
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
    return theatre, names
