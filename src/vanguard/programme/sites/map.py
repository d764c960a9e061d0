"""Where sites lie on a map of England: points and an outline as numbers of one drawing. Pure."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WIDTH = 560
# Degrees of longitude are shorter than those of latitude, by this much in the middle of England.
SHORTER = math.cos(math.radians(52.8))
MARGIN = 12
# Around the sites of a region, and the least of the country that is drawn.
ROOM, LEAST = 40, 220


@dataclass(frozen=True)
class Outline:
    """The country as SVG paths, the size of the drawing, and whose data it is."""

    paths: tuple[str, ...]
    width: int
    height: int
    source: str
    licence: str
    west: float
    north: float
    scale: float

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point lies in the drawing, from its left and its top."""
        across = (longitude - self.west) * SHORTER * self.scale + MARGIN
        return round(across, 1), round((self.north - latitude) * self.scale + MARGIN, 1)

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point lies within the drawing."""
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height

    def around(self, points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
        """The part of the drawing that holds these points: its left, top, width and height."""
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        width, height = (max(one + 2 * ROOM, LEAST) for one in (right - left, bottom - top))
        return round((left + right - width) / 2, 1), round((top + bottom - height) / 2, 1), width, height


@cache
def outline() -> Outline:
    """The outline of England."""
    told: dict[str, Any] = json.loads(Path(__file__).with_name("england.json").read_text("utf-8"))
    every = [point for shape in told["shapes"] for point in shape]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * SHORTER)
    made = Outline(
        (), WIDTH, round((north - south) * scale + 2 * MARGIN), told["source"], told["licence"], west, north, scale
    )
    drawn = (
        "M" + "L".join(f"{x:g},{y:g}" for x, y in (made.point(lat, lon) for lon, lat in shape)) + "Z"
        for shape in told["shapes"]
    )
    return Outline(tuple(drawn), made.width, made.height, made.source, made.licence, west, north, scale)
