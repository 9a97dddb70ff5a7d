"""What `explain` left in a folder: the verdict on every claim, and the shares of explanations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from holdfast.records.files import Unreadable, read_text
from holdfast.records.plain import Row, read_plain
from holdfast.study.errors import CallError

GROUND_ALONE = "the ground alone"
"""Row of the shares for what falls with every explanation off."""


def verdicts_in(explained: Path) -> dict[str, str]:
    """The verdict on each claim from a folder that `holdfast explain` wrote."""
    with _refusing(explained):
        rows = read_plain(explained, "verdicts.csv", ("claim_id", "verdict"), ())
        return {str(row["claim_id"]): str(row["verdict"]) for row in rows}


def no_verdict_in(explained: Path) -> str:
    """Why that folder has no verdict on any claim; "" where it has verdicts."""
    with _refusing(explained):
        return _no_verdict(json.loads(read_text(explained, "explained.json")))


def _no_verdict(said: dict[str, Any]) -> str:
    makes, why = said["makes_its_war"], said["no_verdict"]
    if not isinstance(makes, bool) or not isinstance(why, str) or makes == bool(why):
        raise TypeError("makes_its_war is true or false, and no_verdict says why if it is false")
    why.encode()  # half a character cannot be shown
    return why


@contextmanager
def _refusing(explained: Path) -> Iterator[None]:
    try:
        yield
    except (Unreadable, OSError, LookupError, TypeError, ValueError, RecursionError) as e:
        if isinstance(e, CallError):
            raise
        allowed = "a folder written by this version of `holdfast explain`"
        said = f"; {e}" if isinstance(e, Unreadable) else ""
        cure = f"check the path, or explain anew{said}"
        raise CallError("--explained", explained, allowed, cure) from e


def check_is_of(explained: Path, fingerprint: str) -> dict[str, Any]:
    """What is said of an explanation; refused unless it is of the scenario of this fingerprint."""
    with _refusing(explained):
        said = json.loads(read_text(explained, "explained.json"))
        if said["fingerprint"] != fingerprint:
            allowed = "an explanation of this scenario as it is now"
            raise CallError("--explained", explained, allowed, "explain it anew")
        return said


def verdict_values(explained: Path, fingerprint: str) -> dict[str, Any]:
    """Shares of explanations, as a folder that `explain` wrote has them for this very scenario."""
    with _refusing(explained):
        return _shares(explained, fingerprint)


def _shares(explained: Path, fingerprint: str) -> dict[str, Any]:
    from holdfast.explain import Group  # here: a run without an explanation need not load it

    said = check_is_of(explained, fingerprint)
    ends = ("share", "low", "high")
    shares = read_plain(explained, "shares.csv", ("group",), (*ends, "alone", "left_out"))
    posterior = ("posterior", "low", "high")
    strengths = read_plain(explained, "strengths.csv", ("parameter",), posterior)
    of_parameter = {row["parameter"]: row for row in strengths}
    of_group = {row["group"]: row for row in shares}
    rows = []
    for names in said["groups"]:
        group = Group.of(names)
        alone = of_parameter[f"{names[0]}.strength"] if len(names) == 1 else None
        rows.append(_verdict(list(names), of_group[group.name], alone))
    known, worlds = said["knowledge"], said["worlds"]
    if not isinstance(known, str) or not isinstance(worlds, int):
        raise TypeError("knowledge is text and worlds a whole number")
    known.encode()  # half a character cannot be shown
    return {
        "known": known, "worlds": worlds, "no_verdict": _no_verdict(said),
        "confusion": bool(said["confusion_measured"]), "rows": rows,
        "ground": _numbers(of_group[GROUND_ALONE], ends),
    }  # fmt: skip


def _verdict(group: list[str], row: Row, alone: Row | None) -> dict[str, Any]:
    return {
        "group": group, "share": _numbers(row, ("share", "low", "high")),
        "alone": row["alone"], "last": row["left_out"],
        "strength": None if alone is None else _numbers(alone, ("posterior", "low", "high")),
    }  # fmt: skip


def _numbers(row: Row, names: tuple[str, ...]) -> list[float]:
    """Numbers none of which may be missing."""
    found = [row[name] for name in names]
    if None in found:
        raise ValueError(f"{', '.join(names)}: a number is missing")
    return [float(x) for x in found if x is not None]
