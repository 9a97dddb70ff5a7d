"""From a scenario's tables to a theatre's arrays."""

from __future__ import annotations

from collections.abc import Iterable

import jax.numpy as jnp
import numpy as np
import pandas as pd

from holdfast.theatre.calendar import build_calendar
from holdfast.vocabulary.address import addresses
from holdfast.vocabulary.settings import Settings
from holdfast.vocabulary.types import Names, Theatre
from holdfast.vocabulary.words import Branch

HELD_CHANCE = {"likely": 0.9, "possible": 0.6, "unlikely": 0.1, "no": 0.0}
"""Chance that insurgents held a centre on the first day, by the table's flag. Judgement: 19 likely
and 25 possible centres make 32 on average, and the tracker counted 33; unlikely is the mirror of
likely, for a centre that one source names and the others do not. No means no."""

EARTH_KM = 6371.0
MIN_LINK_KM = 1.0
"""Border length given to a link whose length is unknown."""


def build(districts: pd.DataFrame, links: pd.DataFrame, strengths: pd.DataFrame,
          calendar: pd.DataFrame, settings: Settings) -> tuple[Theatre, Names]:  # fmt: skip
    """Arrays and names of a scenario whose tables have passed their checks.

    Posts retreat to the capital of their province, capitals to the seat of their corps (its
    capital with the most men on the roll), seats to the national capital. Supply by air comes
    from the nearest seat of a corps or the national capital.
    """
    ids = list(districts["district_id"])
    row = {name: k for k, name in enumerate(ids)}
    province, provinces = pd.factorize(districts["province"], sort=True)
    corps, corps_names = pd.factorize(districts["corps"], sort=True)
    capital = districts["capital"].to_numpy(float)
    national = row[settings.national_capital]
    paper = np.zeros(len(ids))
    for s in strengths.to_dict("records"):
        paper[row[s["district_id"]]] += s["paper"]
    garrison, seats = _garrisons(province, corps, capital, paper, national)
    km = great_circle_km(*(np.asarray(districts[c], float) for c in ("latitude", "longitude")))
    neighbour, tie = _contacts(links, row)
    posts = make_posts(strengths, settings.posts.company, settings.posts.checkpoint)
    home = np.asarray([row[d] for d in posts["district_id"]], np.int32)
    f32 = lambda x: jnp.asarray(np.asarray(x, np.float32))  # noqa: E731
    i32 = lambda x: jnp.asarray(np.asarray(x, np.int32))  # noqa: E731
    theatre = Theatre(
        district_key=jnp.asarray(addresses(ids)),
        population=f32(districts["population"].fillna(0)),
        capital=f32(capital),
        national_capital=i32(national),
        province=i32(province),
        corps=i32(corps),
        corps_sizes=f32(np.bincount(corps)),
        province_sizes=f32(np.bincount(province)),
        province_key=jnp.asarray(addresses(provinces)),
        garrison_of=i32(garrison),
        neighbour=i32(neighbour),
        tie=f32(tie),
        held_chance=f32([HELD_CHANCE[h] for h in districts["held_at_start"]]),
        contest_proxy=f32(-_standard(districts["state_presence"]) - 1.5 * capital),
        elder_proxy=f32(_standard(districts["elder_ties"])),
        legitimacy=f32(_standard(districts["turnout"])),
        media_reach=f32(districts["media_reach"].fillna(districts["media_reach"].mean())),
        border_km=f32(districts["border_km"].fillna(1e4)),
        border_value=f32(districts["border_value"].fillna(0)),
        garrison_km=f32(km[np.arange(len(ids)), garrison]),
        air_km=f32(km[:, seats].min(1)),
        insurgents=f32(settings.insurgents.total),
        post_key=jnp.asarray(addresses(posts["post_id"])),
        home=i32(home),
        paper=i32(posts["paper"]),
        branch=i32([list(Branch).index(Branch(b)) for b in posts["branch"]]),
        mobile=i32(_mobile(posts, corps[home], len(corps_names))),
        calendar=build_calendar(calendar, settings.start, row, districts, km),
    )
    names = Names(
        scenario=settings.name,
        title=settings.title,
        districts=tuple(ids),
        district_names=tuple(districts["name"]),
        provinces=tuple(provinces),
        province_of=tuple(districts["province"]),
        corps=tuple(corps_names),
        start=np.datetime64(settings.start),
        days=(settings.end - settings.start).days + 1,
    )
    return theatre, names


def great_circle_km(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Distances between all pairs of points given in degrees, [D, D] km."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    d_lat, d_lon = lat[:, None] - lat, lon[:, None] - lon
    half = np.sin(d_lat / 2) ** 2 + np.cos(lat)[:, None] * np.cos(lat) * np.sin(d_lon / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def make_posts(strengths: pd.DataFrame, company: int, checkpoint: int) -> pd.DataFrame:
    """Posts from strengths: each row is split into the fewest equal posts of the allowed size.

    Returns post_id, district_id, branch, paper; a base is made of companies, the rest of
    checkpoints.
    """
    rows = []
    for s in strengths.to_dict("records"):
        size = company if s["role"] == "base" else checkpoint
        n = -(-int(s["paper"]) // size)
        where = f"{s['district_id']}/{s['branch']}/{s['role']}"
        for k, men in enumerate(np.diff(np.round(np.linspace(0, s["paper"], n + 1))).astype(int)):
            rows.append((f"{where}/{k}", s["district_id"], s["branch"], men))
    return pd.DataFrame(rows, columns=["post_id", "district_id", "branch", "paper"])


def _standard(column: Iterable[float]) -> np.ndarray:
    """Standard score; unknown values at the mean, and all of them where nothing differs."""
    x = np.asarray(column, float)
    known = x[np.isfinite(x)]
    if len(set(known)) < 2:  # a spread worked out from equal numbers need not be zero
        return np.zeros(len(x))
    return np.nan_to_num((x - known.mean()) / known.std(ddof=1))


def _garrisons(
    province: np.ndarray, corps: np.ndarray, capital: np.ndarray, paper: np.ndarray, national: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where each district's posts pull back to, [D], and the seats of corps."""
    n = len(province)
    town = np.full(province.max() + 1, national)
    town[province[capital > 0]] = np.flatnonzero(capital > 0)
    seat_of = np.full(corps.max() + 1, national)
    for c in range(len(seat_of)):
        inside = np.flatnonzero((corps == c) & (capital > 0))
        if len(inside):
            seat_of[c] = inside[paper[inside].argmax()]
    garrison = town[province]
    is_capital = garrison == np.arange(n)
    garrison = np.where(is_capital, seat_of[corps], garrison)
    garrison = np.where(is_capital & (garrison == np.arange(n)), national, garrison)
    return garrison, np.unique(np.append(seat_of, national))


def _contacts(links: pd.DataFrame, row: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Padded rows of contacts and their shares of the border, [D, N] each."""
    near: list[list[tuple[int, float]]] = [[] for _ in row]
    for link in links.to_dict("records"):
        a, b = row[link["district_a"]], row[link["district_b"]]
        length = np.fmax(link["border_km"], MIN_LINK_KM)
        near[a].append((b, length))
        near[b].append((a, length))
    width = max((len(x) for x in near), default=0) or 1
    neighbour = np.tile(np.arange(len(row))[:, None], (1, width))
    tie = np.zeros((len(row), width))
    for k, contacts in enumerate(near):
        total = sum(length for _, length in contacts)
        for j, (other, length) in enumerate(sorted(contacts)):
            neighbour[k, j], tie[k, j] = other, length / total
    return neighbour, tie


def _mobile(posts: pd.DataFrame, corps_of_post: np.ndarray, n_corps: int) -> np.ndarray:
    """Commando companies of each corps, padded with -1, [C, R]."""
    is_commando = np.asarray(posts["branch"]) == Branch.COMMANDO
    groups = [np.flatnonzero(is_commando & (corps_of_post == c)) for c in range(n_corps)]
    width = max((len(g) for g in groups), default=0)
    return np.stack([np.pad(g, (0, width - len(g)), constant_values=-1) for g in groups])
