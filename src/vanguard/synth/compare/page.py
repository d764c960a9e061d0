"""The comparison as one HTML file."""

from html import escape
from pathlib import Path

from vanguard.synth.compare.margin import CHANCE, FAR, Margin
from vanguard.synth.compare.margins import measure
from vanguard.synth.compare.picture import picture
from vanguard.synth.margins import published

STYLE = """
body { font: 17px/1.5 Arial, sans-serif; color: #212b32; max-width: 960px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 2rem } h2 { margin-top: 2.5rem } table { border-collapse: collapse; margin: .5rem 0 }
td, th { padding: .15rem min(.8rem, 1.5vw); border-bottom: 1px solid #d8dde0; text-align: right }
td:first-child, th:first-child { text-align: left }
caption { text-align: left; font-weight: bold } details { margin: .5rem 0 }
.note { color: #4c6272 } svg { max-width: 100% }
.far { background: #fff4cc }
"""


def write_comparison(place: Path, to: Path) -> list[Margin]:
    """Measure the place whose extracts are in the folder `place`, write the page to `to`, and return the
    margins."""
    margins = measure(place)
    to.write_text(html(margins), encoding="utf-8")
    return margins


def html(margins: list[Margin]) -> str:
    """The whole page."""
    sections = "".join(_section(one) for one in margins)
    return f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>The synthetic place beside the published one</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>
<h1>The synthetic place beside the published one</h1>
<p>Everyone in the synthetic place is invented. What was fitted are the small areas, ages and practices of
Buckinghamshire, and the yearly numbers of attendances and admissions. The rest follows from rates that are assumptions
of the project, so it is compared here with whatever was published, of Buckinghamshire where there is something and
of England where there is not. Numbers a year are scaled to {_registered()} registered people.</p>
<h2>Where it departs</h2>
<p>Values that differ from the published ones by more than {FAR:.0%}, and by more than {CHANCE:.0f} standard errors
where it is known how many were counted, so that chance does not explain them:</p>
{_departures(margins)}<p>{_within_chance(margins)}</p>{sections}</body></html>
"""


def _registered() -> str:
    return f"{published()['registered']['value']:,}"


def _departures(margins: list[Margin]) -> str:
    rows = []
    for one in margins:
        far = one.departures()
        if far:
            shown = "; ".join(far[:12]) + (f"; and {len(far) - 12} more of {len(one.labels)}" if len(far) > 12 else "")
            rows.append(f'<li><a href="#{one.id}">{escape(one.title)}</a>: {escape(shown)}</li>')
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>Nowhere.</p>"


def _within_chance(margins: list[Margin]) -> str:
    """A sentence about values that only look far off: a place of few people has few in each small area."""
    said = [f"{one.title} ({one.within_chance()} of {len(one.labels)})" for one in margins if one.within_chance()]
    if not said:
        return ""
    return f"As far off, but no farther than chance makes likely in a place of this size: {escape('; '.join(said))}."


def _section(margin: Margin) -> str:
    drawn = picture(margin) if margin.draw != "none" else ""
    together = margin.correlation()
    alike = f" Correlation of the two: {together:.3f}." if together is not None and margin.draw == "points" else ""
    note = f'<p class="note">{escape(margin.note)}</p>' if margin.note else ""
    table = _table(margin)
    if len(margin.labels) > 24:
        table = f"<details><summary>The figures</summary>{table}</details>"
    return (
        f'<h2 id="{margin.id}">{escape(margin.title)}</h2>{drawn}{note}{table}'
        f'<p class="note">Published: {escape(margin.source)}.{alike}</p>'
    )


def _table(margin: Margin) -> str:
    rows = []
    values = zip(margin.labels, margin.synthetic, margin.published, strict=True)
    for place, (label, mine, theirs) in enumerate(values):
        ratio = mine / theirs if theirs else None
        far = ' class="far"' if margin.departs(place) else ""
        cells = f"<td>{_figure(theirs)}</td><td>{f'{ratio:.2f}' if ratio is not None else 'none'}</td>"
        rows.append(f"<tr{far}><td>{escape(label)}</td><td>{_figure(mine)}</td>{cells}</tr>")
    return (
        f"<table><caption>{escape(margin.unit.capitalize())}</caption><tr><th>Which</th><th>Synthetic</th>"
        f"<th>Published</th><th>Ratio</th></tr>{''.join(rows)}</table>"
    )


def _figure(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
