"""Pictures as SVG that need nothing else: the synthetic place in blue, the published one in red."""

from html import escape

from vanguard.synth.compare.margin import Margin

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 260, 64, 46, 12
OURS, THEIRS, GREY = "#005eb8", "#d5281b", "#768692"


def picture(margin: Margin) -> str:
    """The margin as an SVG drawing; its table says the same in figures."""
    body = _points(margin) if margin.draw == "points" else _along(margin)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(margin.title)}; the table below has the '
        f'figures" font-family="Arial, sans-serif" font-size="12">{body}</svg>'
    )


def _along(margin: Margin) -> str:
    """Bars or lines over the labels."""
    top = _top([*margin.synthetic, *(value for value in margin.published if value is not None)])
    step = (WIDTH - LEFT - 10) / len(margin.labels)
    parts = [_axis(top)]
    every = -(-len(margin.labels) // 24)
    for number, label in enumerate(margin.labels):
        if number % every == 0:
            x = LEFT + step * (number + 0.5)
            room = int(step * every / 6.2)
            short = label if len(label) <= room else label[: max(room - 1, 1)] + "…"
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(short)}</text>')
    for shift, colour, values in ((-0.2, OURS, margin.synthetic), (0.2, THEIRS, margin.published)):
        there = [(LEFT + step * (n + 0.5), _y(value, top), n) for n, value in enumerate(values) if value is not None]
        if margin.draw == "line":
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in there)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        else:
            for x, y, _ in there:
                parts.append(
                    f'<rect x="{x + step * (shift - 0.19):.1f}" y="{y:.1f}" width="{step * 0.38:.1f}" '
                    f'height="{HEIGHT - BOTTOM - y:.1f}" fill="{colour}"/>'
                )
    return "".join(parts) + _legend()


def _points(margin: Margin) -> str:
    """One point for each label: published along, synthetic up, with the line on which both are the same."""
    pairs = [(p, m) for m, p in zip(margin.synthetic, margin.published, strict=True) if p is not None]
    top = _top([value for pair in pairs for value in pair])
    right = LEFT + HEIGHT * 1.6
    parts = [_axis(top), f'<path d="M{LEFT},{_y(0, top)} L{right:.0f},{_y(top, top)}" stroke="{GREY}"/>']
    for theirs, mine in pairs:
        x = LEFT + theirs / top * (right - LEFT)
        parts.append(f'<circle cx="{x:.1f}" cy="{_y(mine, top):.1f}" r="3" fill="{OURS}" fill-opacity="0.6"/>')
    words = f"published along, synthetic up: {margin.unit}"
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{escape(words)}</text>')
    return "".join(parts)


def _axis(top: float) -> str:
    lines = []
    for part in range(5):
        value = top * part / 4
        y = _y(value, top)
        lines.append(f'<path d="M{LEFT},{y:.1f} H{WIDTH - 10}" stroke="#d8dde0"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_tick(value)}</text>')
    return "".join(lines)


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _legend() -> str:
    y = HEIGHT - 8
    return (
        f'<rect x="{LEFT}" y="{y - 10}" width="12" height="12" fill="{OURS}"/>'
        f'<text x="{LEFT + 18}" y="{y}">synthetic</text>'
        f'<rect x="{LEFT + 100}" y="{y - 10}" width="12" height="12" fill="{THEIRS}"/>'
        f'<text x="{LEFT + 118}" y="{y}">published</text>'
    )


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)


def _top(values: list[float]) -> float:
    """A round number at or above all values."""
    most = max([*values, 1e-9])
    size = 10.0 ** len(f"{int(most):d}") if most >= 1 else 1.0
    return next(
        size * part for part in (0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if size * part >= most
    )
