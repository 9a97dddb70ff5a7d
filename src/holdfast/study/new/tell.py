"""What `new` says: on the terminal in 80 columns, and in the folder's README."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from holdfast.records.problems import Problem, count
from holdfast.records.said import About, Said, counted
from holdfast.records.unread import NOTE
from holdfast.study.new.ask import Call
from holdfast.study.new.draft import Draft
from holdfast.study.new.land import Land
from holdfast.study.new.men import Rule
from holdfast.study.new.sources import shown

WIDTH = 80
ORDER = (About.READ, About.MENDED, About.LEFT_OUT, About.ASSUMED, About.MISSING, About.TERMS)
HEADS = {
    About.READ: "Read",
    About.MENDED: "Mended",
    About.LEFT_OUT: "Left out",
    About.ASSUMED: "Assumed",
    About.MISSING: "Missing",
    About.TERMS: "Terms",
}


def told(said: Sequence[Said]) -> str:
    """Remarks by what they are about, each once, in 80 columns."""
    parts = []
    for about in ORDER:
        words = list(dict.fromkeys(one.words for one in said if one.about is about))
        if words:
            lines = [_item(one) for one in words]
            parts.append("\n".join([HEADS[about], *lines]))
    return "\n\n".join(parts)


def _item(words: str) -> str:
    return textwrap.fill(words, WIDTH, initial_indent="  * ", subsequent_indent="    ",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _wrapped(words: str) -> str:
    return textwrap.fill(
        words, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def closing(folder: Path, problems: Sequence[Problem], districts: int) -> str:
    """The outcome of the checks, and what to do next."""
    wrong = [problem for problem in problems if problem.stops]
    if wrong:
        lines = [str(problem) for problem in wrong]
        n = counted(count(wrong), "problem")
        return "\n".join(
            [*lines, f"{n} in {folder}: mend its tables, then holdfast check {folder}"]
        )
    odd = [problem for problem in problems if not problem.stops and problem.check != NOTE]
    warned = "".join(f"{_wrapped(f'warning: {problem}')}\n" for problem in odd)
    n = f", {counted(len(odd), 'warning')}" if odd else ""
    return (
        f"{warned}{folder}: {counted(districts, 'district')}, all checks passed{n}\n"
        f"next: read {folder / 'README.md'}, then holdfast run {folder} --members 20"
    )


def readme(call: Call, land: Land, draft: Draft, said: Sequence[Said]) -> str:
    """The README of the new folder."""
    men = sum(draft.tables["strengths"]["paper"])
    best, low, high = call.insurgents
    where = land.country.name if land.country else call.asked.name
    parts = [
        f"# {where}, {shown(call.start)} to {shown(call.end)}",
        _filled(
            f"{counted(len(land.rows), 'district')} in"
            f" {counted(len(set(land.rows['province'])), 'province')}, {men:,} men on the roll,"
            f" {best:,} insurgents ({low:,} to {high:,}). Made by `holdfast new`; every number has"
            " a source id that stands in `sources.csv`. What has the source `assumed` is a rule"
            " or a guess that stands below: put your own number in its place."
        ),
    ]
    if draft.private:
        parts.append(_filled(
            "**This folder may not be redistributed.** It holds rows derived from ACLED, which its"
            " terms of use do not let others have from you. No text of ACLED is in it."
        ))  # fmt: skip
    parts.append(_tables(draft))
    for about in ORDER:
        words = list(dict.fromkeys(one.words for one in said if one.about is about))
        if words:
            items = "\n".join(_item(one).replace("  * ", "* ", 1).replace("\n    ", "\n  ")
                              for one in words)  # fmt: skip
            parts.append(f"## {HEADS[about]}\n\n{items}")
    if call.asked.defenders is not None:
        parts.append(f"## Strengths\n\n{_filled(_rule(call.asked.defenders))}")
    parts.append("## Licences\n\n" + _licences(draft))
    return "\n\n".join(parts) + "\n"


def _rule(total: int) -> str:
    return (
        f"{Rule().words(total)}. The shares are judgement: they are those of one army whose rule"
        " the program's first scenario documents. The roll is an upper bound, for ghosts are a"
        " parameter. Do not calibrate on the men of single districts."
    )


def _tables(draft: Draft) -> str:
    rows = ["| table | rows |", "| --- | --- |"]
    rows += [f"| {name} | {len(table):,} |" for name, table in draft.tables.items()
             if len(table) or name == "calendar"]  # fmt: skip
    return "\n".join(rows)


def _licences(draft: Draft) -> str:
    table = draft.tables["sources"]
    columns = table[["title", "note"]].itertuples(index=False)
    lines = [f"* {title}: {note}" for title, note in columns if note]
    return "\n".join(_filled(line, "  ") for line in lines)


def _filled(words: str, indent: str = "") -> str:
    return textwrap.fill(words, 100, subsequent_indent=indent, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip
