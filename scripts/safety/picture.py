"""The risk matrix as a picture: how many hazards stand in each cell, without their controls and with them."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from .log import Hazard, Judged, Matrix

COLOURS = {1: "#cce5d8", 2: "#e6f0c8", 3: "#fff0c2", 4: "#fbd3b4", 5: "#f3b9b5"}
CELL_WIDTH, CELL_HEIGHT = 92, 46
LEFT, TOP, GAP, FOOT = 86, 58, 20, 40
INK = "#212b32"


def risk_picture(known: Matrix, hazards: Sequence[Hazard]) -> str:
    """An SVG of two matrices. Each cell has its class and, in bold, how many hazards stand in it."""
    width = LEFT + len(known.severity) * CELL_WIDTH
    height = TOP + len(known.likelihood) * CELL_HEIGHT
    whole = 2 * height + GAP + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" viewBox="0 0 {width} {whole}" role="img" '
        f'font-family="Arial, sans-serif" font-size="13" fill="{INK}">',
        f"<title>{len(hazards)} hazards by likelihood and severity, without and with their controls</title>",
        f'<rect width="{width}" height="{whole}" fill="#ffffff"/>',
        *_matrix(known, "Without controls", [one.before for one in hazards], 0),
        *_matrix(known, "With controls", [one.after for one in hazards], height + GAP),
        f'<text x="{LEFT}" y="{whole - 12}">Small: the class of risk. Bold: how many hazards.</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _matrix(known: Matrix, title: str, judged: Sequence[Judged], down: int) -> list[str]:
    counts = Counter((one.likelihood, one.severity) for one in judged)
    lines = [f'<text x="{LEFT}" y="{down + 22}" font-size="17" font-weight="bold">{escape(title)}</text>']
    for column, severity in enumerate(known.severity):
        x = LEFT + column * CELL_WIDTH
        lines.append(f'<text x="{x + CELL_WIDTH / 2}" y="{down + TOP - 10}" text-anchor="middle">{severity}</text>')
        # Most likely at the top, as such matrices are drawn.
        for row, likelihood in enumerate(reversed(known.likelihood)):
            y = down + TOP + row * CELL_HEIGHT
            risk = known.matrix[likelihood][column]
            lines.append(
                f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" fill="{COLOURS[risk]}" '
                'stroke="#ffffff" stroke-width="2"/>'
            )
            lines.append(f'<text x="{x + 8}" y="{y + 17}" font-size="11">{risk}</text>')
            if number := counts[likelihood, severity]:
                lines.append(
                    f'<text x="{x + CELL_WIDTH / 2}" y="{y + 30}" text-anchor="middle" font-size="18" '
                    f'font-weight="bold">{number}</text>'
                )
    for row, likelihood in enumerate(reversed(known.likelihood)):
        middle = down + TOP + row * CELL_HEIGHT + CELL_HEIGHT // 2 + 5
        lines.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{likelihood}</text>')
    return lines
