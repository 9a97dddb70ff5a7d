"""`what_is_known.toml`: how a scenario's own set was found, and what the model gets wrong there.

An optional file. Nothing in it changes a war; it is told beside every run.
"""

import re
import tomllib
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Any

from holdfast.records.cast import UNPRINTABLE
from holdfast.records.files import Unreadable, read_text
from holdfast.records.problems import Problem, nearest

FILE = "what_is_known.toml"
LONGEST = 1000  # characters of a text
MOST = 20  # faults of a scenario


@dataclass(frozen=True)
class Fault:
    """Something that the model is known to get wrong on this war.

    `study` is the folder of the study that found it, `quotes` are passages of its files that hold
    every number of `says`.
    """

    says: str
    study: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class WhatIsKnown:
    """What a scenario says of its map and its own set, and of how well the model does on its war.

    `map` is what the shapes of its map are, where they are no borders. `found_by` is how the
    fitted values of the set were found; `trackers` and `rows` are those of the record that they
    were fitted to. Empty where the scenario does not say.
    """

    found_by: str = ""
    trackers: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    map: str = ""


KEYS = {
    "default_set": {"found_by": str, "trackers": list, "rows": list},
    "fault": {"says": str, "study": str, "quotes": list},
}


def read_what_is_known(folder: Path) -> tuple[WhatIsKnown | None, tuple[Problem, ...]]:
    """Read the file; nothing is known where there is none, None if it has problems."""
    if not lexists(folder / FILE):
        return WhatIsKnown(), ()
    try:
        found = tomllib.loads(read_text(folder, FILE))
    except Unreadable as error:
        return None, (error.problem,)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        says, cure = f"is not TOML ({error})", "check the syntax of this line"
        where = int(line.group(1)) if line else None
        return None, (Problem(FILE, says, "TOML", cure, where, check="files"),)
    problems = tuple(_problems(found))
    return (None if problems else _built(found)), problems


def _built(found: dict[str, Any]) -> WhatIsKnown:
    own = found.get("default_set", {})
    faults = [Fault(row["says"], row["study"], tuple(row["quotes"])) for row in found["fault"]]
    return WhatIsKnown(
        own.get("found_by", ""), tuple(own.get("trackers", ())), tuple(own.get("rows", ())),
        tuple(faults), found.get("map", ""),
    )  # fmt: skip


def _problems(found: dict[str, Any]):
    known = ("map", *KEYS)
    for key in found:
        if key not in known:
            cure = nearest(key, known)
            yield Problem(FILE, "is not a key of this file", ", ".join(known), cure, column=key)
    if not _is_text(found.get("map", "")):
        yield Problem(FILE, "cannot be read", "a text", "write plain words", column="map")
    own, faults = found.get("default_set", {}), found.setdefault("fault", [])
    if not isinstance(own, dict):
        yield Problem(FILE, "is not a table", "[default_set] and its keys", "write it so")
    else:
        yield from _table(own, "default_set", ())
    if not isinstance(faults, list) or len(faults) > MOST:
        yield Problem(FILE, "is not a list", f"up to {MOST} times [[fault]]", "write it so")
        return
    for fault in faults:
        if isinstance(fault, dict):
            yield from _table(fault, "fault", tuple(KEYS["fault"]))
        else:
            yield Problem(FILE, "is not a table", "[[fault]] and its keys", "write it so")


def _table(found: dict[str, Any], name: str, needed: tuple[str, ...]):
    kinds = KEYS[name]
    for key in (key for key in needed if key not in found):
        yield Problem(FILE, "is missing", ", ".join(kinds), "add it", column=f"{name}.{key}")
    for key, value in found.items():
        place = f"{name}.{key}"
        if key not in kinds:
            allowed = ", ".join(kinds)
            yield Problem(FILE, "is not a key", allowed, nearest(key, kinds), column=place)
            continue
        texts = value if kinds[key] is list else [value]
        if not isinstance(texts, list) or not all(_is_text(text) for text in texts):
            allowed = "a list of texts" if kinds[key] is list else "a text"
            cure = f"write plain words, up to {LONGEST} characters"
            yield Problem(FILE, "cannot be read", allowed, cure, column=place)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and not UNPRINTABLE.search(value)
