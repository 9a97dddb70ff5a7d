"""The command that serves the page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from holdfast.cli.commands import DEFAULT, DONE, command, remark


def add(commands: Any) -> None:
    """Add `serve` to the parser."""
    serve = command(
        commands, "serve", "open the page: play the war, ask why, change it", _serve,
        """holdfast serve
holdfast serve ring --port 9000
holdfast serve --explained explained/whole --no-browser""",
    )  # fmt: skip
    serve.add_argument("scenario", nargs="?", default=DEFAULT, help=f"name or folder [{DEFAULT}]")
    serve.add_argument(
        "--explained", type=Path, metavar="DIR", help="show the verdicts that `explain` wrote there"
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on [127.0.0.1]")
    serve.add_argument("--port", type=int, metavar="N", help="port [8750, or the next free one]")
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _serve(args: argparse.Namespace) -> int:
    from holdfast.study.serve import serve

    say = lambda words: print(words, flush=True)  # noqa: E731
    serve(args.scenario, args.explained, args.host, args.port, not args.no_browser, say, remark)
    return DONE
