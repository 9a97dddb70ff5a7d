"""Coordinates to longitude and latitude; where no system is said they must be degrees."""

import re
from typing import Any

import numpy as np
import shapely

from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said
from holdfast.records.whole import refused

AUTHORITY = re.compile(r"(EPSG|OGC|ESRI|IGNF):(\w{1,20})", re.IGNORECASE)
WKT = re.compile(r"(\w+?)(CS|CRS)\s*[\[(]", re.IGNORECASE)
OUTSIDE = re.compile(r"PARAMETERFILE|\+init|grids\s*=\s*(?!@null\b)", re.IGNORECASE)
"""What makes PROJ open a file that the definition names."""
SLACK = 1e-4  # degrees by which a map may pass the pole, or a whole turn


def in_degrees(
    shapes: np.ndarray, crs: str, told: str, file: str
) -> tuple[np.ndarray, tuple[Said, ...]]:
    """Shapes in longitude and latitude, or latitude and longitude; raises ScenarioError.

    `crs` is what the file says, `told` what the user says, which goes before it. Longitudes may
    be counted from 0 to 360.
    """
    own = _told(told) if told else _of_file(crs, file) if crs else None
    bounds = np.asarray(shapely.total_bounds(shapes), float)
    if not np.isfinite(bounds).all():
        return shapes, ()
    across, along = np.abs(bounds[[0, 2]]).max(), np.abs(bounds[[1, 3]]).max()
    degrees = max(across, along) <= 360 + SLACK and min(across, along) <= 180 + SLACK
    largest = max(across, along)
    if own is None and not degrees:
        says = f"says no coordinate system, and {largest:,.0f} is no degree"
        cure = "say which it has: --crs EPSG:32642, for example"
        raise refused(file, says, "a .prj, or degrees", cure)
    if own is None:
        words = f"{file} says no coordinate system; it was taken to be longitude and latitude"
        return shapes, (Said(About.ASSUMED, f"{words} (WGS 84)"),)
    if own.is_geographic:
        if not degrees:
            says = f"is said to be in degrees but goes to {largest:,.0f}"
            cure = "say which coordinate system it has: --crs EPSG:32642, for example"
            raise refused(file, says, "up to 180, or to 360", cure)
        if _is_plain(own):
            return shapes, ()
    return _turned(shapes, own, file)


def _told(told: str) -> Any:
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        return pyproj.CRS.from_user_input(told)
    except CRSError:
        cure = "write it as EPSG:32642"
        problem = Problem("--crs", "is no coordinate system", "EPSG:NUMBER", cure, value=told)
        raise ScenarioError([problem]) from None


def _of_file(crs: str, file: str) -> Any:
    """The system that a file says: a code, or a definition that names no other file."""
    import pyproj
    from pyproj.exceptions import CRSError

    code = AUTHORITY.fullmatch(crs)
    try:
        if code:
            return pyproj.CRS.from_authority(code[1].upper(), code[2])
        if WKT.match(crs) and not OUTSIDE.search(crs):
            return pyproj.CRS.from_wkt(crs)
    except CRSError:
        pass
    shown = " ".join(crs.split())
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    says = f"has a coordinate system that cannot be used: {shown}"
    cure = "say which it has: --crs EPSG:32642, for example"
    raise refused(file, says, "a code or WKT that names no other file", cure)


def _is_plain(own: Any) -> bool:
    """Whether it is degrees from Greenwich of WGS 84, or of what is near enough."""
    greenwich = own.prime_meridian is None or own.prime_meridian.longitude == 0
    units = [axis.unit_conversion_factor for axis in own.axis_info[:2]]
    plain = np.allclose(units, np.pi / 180, rtol=1e-9)
    return greenwich and bool(plain) and own.to_epsg() in (4326, None)


def _turned(shapes: np.ndarray, own: Any, file: str) -> tuple[np.ndarray, tuple[Said, ...]]:
    import pyproj.network
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    network: Any = pyproj.network
    asked = network.is_network_enabled()
    network.set_network_enabled(active=False)  # no grid is fetched, whatever the environment says
    try:
        to_degrees = Transformer.from_crs(own, "EPSG:4326", always_xy=True)
        turned = shapely.transform(
            shapes, lambda xy: np.column_stack(to_degrees.transform(*xy.T))
        )  # fmt: skip
        finite = np.isfinite(np.asarray(shapely.total_bounds(turned), float)).all()
    except ProjError:
        turned, finite = shapes, False
    finally:
        network.set_network_enabled(active=asked)
    if not finite:
        cure = "check --crs, or the .prj"
        raise refused(file, f"cannot be turned from {own.name} to degrees", "degrees", cure)
    words = f"{file}: coordinates turned from {own.name} to longitude and latitude"
    return turned, (Said(About.MENDED, words),)
