"""Latitude and longitude in their order: changed about where that is certain, else refused."""

import numpy as np
import shapely

from holdfast.records.dateline import on_one_sheet
from holdfast.records.polygons import Shapes, holding, swapped
from holdfast.records.said import About, Said
from holdfast.records.whole import refused

CHANGED = "latitude and longitude were changed about"


def in_order(
    shapes: Shapes, towns: np.ndarray | None, file: str
) -> tuple[Shapes, tuple[Said, ...]]:
    """Shapes with longitude before latitude, on one sheet; raises ScenarioError.

    They are changed about if a latitude would be beyond the pole, or if so many more `towns` of
    the country lie in them then that it is certain.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    if max(abs(south), abs(north)) > 90:
        if max(abs(west), abs(east)) > 90:
            cure = "say which coordinate system it has: --crs"
            raise refused(file, f"has a latitude of {north:.5g}", "-90 to 90", cure)
        words = f"{file}: {CHANGED}, since there is no latitude of {north:.5g}"
        return on_one_sheet(swapped(shapes)), (Said(About.MENDED, words),)
    other, shapes = on_one_sheet(swapped(shapes)), on_one_sheet(shapes)
    if towns is not None and len(towns):
        right, wrong = _count(shapes, towns), _count(other, towns)
        if right == 0 and wrong == 0:
            says = "holds no town of the country"
            cure = "check --country, --crs and the file; for places of your own give --places alone"
            raise refused(file, says, "polygons of the country", cure)
        if wrong > 5 * right:
            words = f"{file}: {CHANGED}, for so {wrong:,} towns of the country lie in it"
            return other, (Said(About.MENDED, f"{words} and else {right:,}"),)
    return shapes, ()


def refuse_other_order(shapes: Shapes, towns: np.ndarray, file: str) -> None:
    """Refuse shapes that hold no town of the world, but would with their axes changed about."""
    turned = on_one_sheet(swapped(shapes))
    if _count(shapes, towns) == 0 and _count(turned, towns) >= max(2, 0.3 * len(shapes)):
        says = "seems to have latitude before longitude: no town of the world lies in it"
        cure = "give --country CODE, which settles it, or write longitude first"
        raise refused(file, says, "longitude, latitude", cure)


def towns_lie_in(shapes: Shapes, towns: np.ndarray | None) -> bool:
    """Whether any town lies in the shapes, whichever of their axes is the longitude."""
    if towns is None:
        return False
    return any(_count(on_one_sheet(s), towns) > 0 for s in (shapes, swapped(shapes)))


def _count(shapes: Shapes, towns: np.ndarray) -> int:
    return int((holding(shapes, towns) >= 0).sum())
