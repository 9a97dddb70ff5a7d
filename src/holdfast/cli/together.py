"""What options say together: a contradiction is refused before anything heavy is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from holdfast.cli.grammar import WrongCall

HOW = ("--resume", "--cluster", "--json")
"""Options that say how a run is finished and told; all others are decided when it is begun."""


CHANGING = ("--set", "--without", "--with", "--only")


def look(args: argparse.Namespace) -> None:
    """Refuse options that cannot stand together, or that would be passed over."""
    if getattr(args, "resume", None) is not None:
        _resumed(args)
    if getattr(args, "fit", None) is not None:
        _of_a_fit(args)
    if getattr(args, "order", False) and args.name:
        raise WrongCall("--order is of all mechanisms. Leave it or the name away.")
    files = [path.absolute() for path in getattr(args, "events", [])]
    if len(set(files)) < len(files):
        raise WrongCall("--events: a file is given twice, and its events would count twice.")
    _mechanisms(args)
    _changes(args)
    if getattr(args, "command", "") == "what-if" and not (set(CHANGING) & set(args.given)):
        raise WrongCall(
            "A what-if compares a changed world: say what changes, with"
            f" {', '.join(CHANGING[:-1])} or {CHANGING[-1]}."
        )
    _out(getattr(args, "out", None))


def changes_of(args: argparse.Namespace) -> dict[str, str]:
    """What --set changes, by name; refused if a name stands twice."""
    found: dict[str, str] = {}
    for change in args.changes:
        name, equals, value = change.partition("=")
        name = name.strip()
        if not equals or not name:
            raise WrongCall(
                f"--set '{change}' is not of the form NAME=VALUE, as --set contagion.strength=2."
            )
        if name in found:
            raise WrongCall(
                f"--set {name} is given twice, with {found[name]} and with {value}. Give it once."
            )
        found[name] = value
    return found


def _resumed(args: argparse.Namespace) -> None:
    others = [*dict.fromkeys(option for option in args.given if option not in HOW)]
    others = [args.scenario] * (args.scenario is not None) + others
    if others:
        raise WrongCall(
            f"--resume goes on with what is in {args.resume} just as it was begun. Leave"
            f" {_listed(others)} away, or begin anew without --resume."
        )


def _of_a_fit(args: argparse.Namespace) -> None:
    decided = [o for o in ("--until", "--quick", "--with", "--without") if o in args.given]
    if decided:
        raise WrongCall(
            f"The fit in {args.fit} is made already, and has its day, its effort and its"
            f" mechanisms. Leave {_listed(decided)} away, or make another fit without"
            " --fit."
        )


def _mechanisms(args: argparse.Namespace) -> None:
    without, only, also = (getattr(args, name, []) for name in ("without", "only", "also"))
    if not isinstance(only, list):  # that of `bench` is one text
        return
    if only and (without or also):
        other = "--without" if without else "--with"
        raise WrongCall(
            f"With --only nothing else is in use, so {other} {(without or also)[0]} says"
            f" nothing or the contrary. Leave --only or {other} away."
        )
    both = [name for name in also if name in without]
    if both:
        raise WrongCall(
            f"{both[0]} cannot both be added and left out. Leave --with {both[0]} or"
            f" --without {both[0]} away."
        )
    for option, names in (("--without", without), ("--only", only), ("--with", also)):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise WrongCall(f"{option} {twice[0]} is given twice. Give it once.")


def _changes(args: argparse.Namespace) -> None:
    if not hasattr(args, "changes"):
        return
    for name in changes_of(args):
        owner = name.partition(".")[0]
        left_out = owner in args.without or (
            args.only and owner not in (*args.only, "ground", "calendar") and "." in name
        )
        if left_out:
            raise WrongCall(
                f"--set {name} would change nothing, for {owner} is left out: switch"
                f" '{owner}' on, or leave --set {name} away."
            )


def _out(out: Path | None) -> None:
    """Refuse what `fresh` of the study room would, but leave a folder of hidden files to it."""
    try:
        taken = (
            out is not None
            and out.exists()
            and not (out.is_dir() and all(path.name.startswith(".") for path in out.iterdir()))
        )
    except (OSError, ValueError):
        return  # told in full by who would write there
    if taken:
        raise WrongCall(
            f"--out: '{out}'; allowed: a folder that does not exist or is empty; cure:"
            " name another folder, or leave --out away"
        )


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
