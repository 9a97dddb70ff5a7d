"""Command `bench`: how fast the engine is here, at one size or at many."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from holdfast.cli.commands import DONE, command
from holdfast.cli.grammar import whole

if TYPE_CHECKING:
    from holdfast.study.bench import Speed


def add(commands: Any) -> None:
    """The command and its options."""
    made = command(
        commands, "bench", "measure soldier-steps a second on a synthetic army", _bench,
        """holdfast bench
holdfast bench --soldiers 1e7 --repeats 3
holdfast bench --soldiers 1e5,1e6,1e7,1e8 --repeats 3
holdfast bench --only fear""",
    )  # fmt: skip
    made.add_argument(
        "--soldiers", default="300000", metavar="N,N", help="men, one number or several [300000]"
    )
    made.add_argument("--days", type=whole, default=100, metavar="D", help="length of a war [100]")
    made.add_argument("--repeats", type=whole, default=5, metavar="R", help="wars timed [5]")
    made.add_argument("--only", default="", metavar="A,B", help="these mechanisms alone [all]")
    made.add_argument("--json", action="store_true", help="print one JSON object, or a list")


def _bench(args: argparse.Namespace) -> int:
    from holdfast.study.bench import bench, sizes

    every = []
    for number, soldiers in enumerate(sizes(args.soldiers)):
        speed = bench(soldiers, args.days, args.repeats, args.only)
        every.append(speed)
        if not args.json:
            if number == 0:
                print(_head(speed))
            print(_row(speed, every[0]), flush=True)
    if args.json:
        told = [asdict(speed) | {"limit": speed.limit} for speed in every]
        print(json.dumps(told if len(told) > 1 else told[0]))
    return DONE


def _head(speed: Speed) -> str:
    return (
        f"device  {speed.device}\n"
        f"limit   {speed.limit / 1e6:,.0f} million soldier-steps a second: it reads"
        f" {speed.bytes_a_second / 1e9:,.0f} GB/s, and a step reads\n"
        f"        {speed.bytes_a_soldier} bytes a soldier\n\n"
        f"{'soldiers':>13}{'days':>6}{'first call':>12}{'one war':>12}{'million a':>12}"
        f"{'of the':>8}{'cost by':>9}{'peak':>8}\n"
        f"{'':>13}{'':>6}{'seconds':>12}{'median s':>12}{'second':>12}{'limit':>8}{'first':>9}"
        f"{'MiB':>8}"
    )


def _row(speed: Speed, first: Speed) -> str:
    a_second = speed.soldier_steps_a_second
    return (
        f"{speed.soldiers:>13,}{speed.days:>6}{speed.first_s:>12.2f}{speed.seconds:>12.3f}"
        f"{a_second / 1e6:>12,.0f}{100 * a_second / speed.limit:>7.0f}%"
        f"{first.soldier_steps_a_second / a_second:>9.2f}"
        f"{speed.peak_memory_bytes / 2**20:>8,.0f}"
    )
