"""What `explain` left in a folder: the verdict on every claim, and the shares of explanations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from holdfast.explain import Group
from holdfast.study.errors import CallError

GROUND_ALONE = "the ground alone"
"""Row of the shares for what falls with every explanation off."""


def verdicts_in(explained: Path) -> dict[str, str]:
    """The verdict on each claim from a folder that `holdfast explain` wrote."""
    with _refusing(explained):
        table = pd.read_csv(explained / "verdicts.csv")
        return dict(zip(table["claim_id"], table["verdict"], strict=True))


@contextmanager
def _refusing(explained: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, KeyError, ValueError) as e:
        if isinstance(e, CallError):
            raise
        allowed = "a folder written by this version of `holdfast explain`"
        raise CallError("--explained", explained, allowed, "check the path, or explain anew") from e


def verdict_values(explained: Path, fingerprint: str) -> dict[str, Any]:
    """Shares of explanations, as a folder that `explain` wrote has them for this very scenario."""
    with _refusing(explained):
        return _shares(explained, fingerprint)


def _shares(explained: Path, fingerprint: str) -> dict[str, Any]:
    said = json.loads((explained / "explained.json").read_text("utf-8"))
    if said["fingerprint"] != fingerprint:
        allowed = "an explanation of this scenario as it is now"
        raise CallError("--explained", explained, allowed, "explain it anew")
    shares = pd.read_csv(explained / "shares.csv")
    strengths = pd.read_csv(explained / "strengths.csv").set_index("parameter")
    groups = [list(g) for g in said["groups"]]
    of_group = {row["group"]: row for row in shares.to_dict("records")}
    rows = [_verdict(g, of_group[Group.of(g).name], strengths) for g in groups]
    ground = of_group[GROUND_ALONE]
    return {
        "known": said["knowledge"], "worlds": said["worlds"],
        "confusion": bool(said["confusion_measured"]), "rows": rows,
        "ground": [float(ground[k]) for k in ("share", "low", "high")],
    }  # fmt: skip


def _verdict(group: list[str], row: Mapping[Any, Any], strengths: pd.DataFrame) -> dict[str, Any]:
    number = lambda x: None if pd.isna(x) else float(x)  # noqa: E731
    alone = strengths.loc[f"{group[0]}.strength"] if len(group) == 1 else None
    return {
        "group": group, "share": [float(row[k]) for k in ("share", "low", "high")],
        "alone": number(row["alone"]), "last": number(row["left_out"]),
        "strength": None if alone is None
        else [float(alone[k]) for k in ("posterior", "low", "high")],
    }  # fmt: skip
