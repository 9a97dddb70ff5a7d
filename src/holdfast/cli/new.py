"""The command that makes a scenario from what people have."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from holdfast.cli.commands import DONE, command
from holdfast.cli.grammar import day, whole

WRONG = 2


def add(commands: Any) -> None:
    """Add `new` to the parser."""
    new = command(
        commands, "new", "make a scenario from boundaries, places, strengths and events", _new,
        """holdfast new lake-war --boundaries adm2.geojson --country XY \\
    --start 2014-01-01 --end 2014-06-30 --defenders 20000 --insurgents 3000
holdfast new my-war --boundaries gadm.gpkg --layer ADM_ADM_2 --captures falls.csv \\
    --strengths garrisons.csv --insurgents 3000:2000:5000 \\
    --start 2014-01-01 --end 2014-06-30
holdfast new river --boundaries river.shp --columns name=NOM,id=CODE,province=PROV \\
    --places towns.csv --capital Harbour --events GEDEvent.csv --dates dmy \\
    --start 2014-01-01 --end 2014-06-30 --defenders 20000 --insurgents 3000""",
    )  # fmt: skip
    new.add_argument("name", metavar="NAME", help="name of the scenario, as river-war")
    _add_land(new)
    _add_war(new)


def _add_land(new: argparse.ArgumentParser) -> None:
    land = new.add_argument_group("the land and its people")
    land.add_argument(
        "--boundaries", type=Path, metavar="FILE",
        help="districts: GeoJSON, TopoJSON, GeoPackage or Shapefile; columns of"
        " geoBoundaries, GADM and OCHA COD-AB are known. Needed",
    )  # fmt: skip
    land.add_argument(
        "--columns", default="", metavar="WHAT=COLUMN,...",
        help="columns of the boundaries for id, name, province, region, corps, country",
    )  # fmt: skip
    land.add_argument("--layer", default="", help="layer of a file that has several")
    land.add_argument(
        "--leave-out", action="append", default=[], metavar="NAME",
        help="id or name of a district that is not wanted, a lake for example; may be repeated",
    )  # fmt: skip
    land.add_argument(
        "--crs", default="", metavar="EPSG:N", help="coordinate system, if the file says none"
    )
    land.add_argument(
        "--provinces", type=Path, metavar="FILE",
        help="boundaries of provinces, if the districts have no column for them",
    )  # fmt: skip
    land.add_argument(
        "--country", default="", metavar="CODE",
        help="country, by code or name: its places come from a gazetteer [the boundaries' own]",
    )  # fmt: skip
    land.add_argument(
        "--places", type=Path, metavar="CSV",
        help="name,latitude,longitude,population, or district,population [the gazetteer's]",
    )  # fmt: skip
    land.add_argument(
        "--capital", default="", metavar="NAME", help="seat of government [the country's capital]"
    )
    land.add_argument(
        "--encoding", default="", metavar="NAME", help="of files that are not UTF-8, as cp1256"
    )


def _add_war(new: argparse.ArgumentParser) -> None:
    war = new.add_argument_group("the war")
    war.add_argument("--start", type=day, metavar="DATE", help="first day. Needed")
    war.add_argument("--end", type=day, metavar="DATE", help="last day. Needed")
    war.add_argument(
        "--defenders", type=whole, metavar="N", help="men on the roll, spread by a stated rule"
    )
    war.add_argument(
        "--strengths", type=Path, metavar="CSV",
        help="district,men, and branch and role if known. This or --defenders is needed",
    )  # fmt: skip
    war.add_argument(
        "--insurgents", default="", metavar="N[:LOW:HIGH]", help="fighters on the first day. Needed"
    )
    war.add_argument(
        "--captures", type=Path, metavar="CSV", help="date,place, and event, how, source if known"
    )
    war.add_argument(
        "--control", type=Path, metavar="CSV", help="date,held, and total, tracker if known"
    )
    war.add_argument(
        "--events", type=Path, action="append", default=[], metavar="CSV",
        help="UCDP GED or ACLED as published; may be repeated",
    )  # fmt: skip
    war.add_argument(
        "--dates", default="", metavar="ORDER", help="how 10/06/2014 is read: dmy or mdy"
    )
    war.add_argument("--out", type=Path, metavar="DIR", help="folder to write [./NAME]")


def _new(args: argparse.Namespace) -> int:
    from holdfast.study.errors import CallError
    from holdfast.study.new import Asked, make

    columns = {}
    for pair in filter(None, args.columns.split(",")):
        what, equals, column = pair.partition("=")
        if not equals or not column.strip():
            raise CallError("--columns", pair, "WHAT=COLUMN", "for example name=NAME_2,id=GID_2")
        if what.strip() in columns:
            raise CallError("--columns", pair, "one column of each", f"name {what} once")
        columns[what.strip()] = column.strip()
    of_the_call = ("do", "command", "given")
    given = {key: value for key, value in vars(args).items() if key not in of_the_call}
    lists: dict[str, Any] = {
        "events": tuple(args.events),
        "leave_out": tuple(args.leave_out),
        "columns": columns,
    }
    made = make(Asked(**given | lists))
    print(f"{made.told}\n")
    if any(problem.stops for problem in made.problems):
        print(made.closing, file=sys.stderr)
        return WRONG
    print(made.closing)
    return DONE
