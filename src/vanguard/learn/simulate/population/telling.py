"""The years as a page tells them: what is kept of them, tables of the first and the last year, causes, and words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PARTS = ("mean", "low", "high")
DO_NOTHING = "do_nothing"
TITLES = {
    "people": ("People", "When the year ends; who was born, came, died and left, in the year"),
    "there": ("There on an average night", "People with each service, and in each kind of bed"),
    "most": ("Most at once on a night", "As many beds are filled on the fullest night of the year"),
    "begun": ("Begun in the year", "Without those who only came back"),
    "staff": ("Staff", "In full time, for the people who are there"),
    "pounds": ("Pounds in the year", "At the prices of the first year"),
}
CAUSED = (("pounds", "all"), *(("there", None), ("staff", None)))


@dataclass(frozen=True)
class Line:
    """One measure: in the first year, in the last if nothing is done, and with the plan (None without one)."""

    label: str
    first: float
    last: Mapping[str, float]
    plan: Mapping[str, float] | None


@dataclass(frozen=True)
class Table:
    """Lines of one kind."""

    title: str
    how: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Share:
    """What one change adds to a measure in the last year."""

    label: str
    part: Mapping[str, float]


@dataclass(frozen=True)
class Attributed:
    """One measure of the last year: beside a place in which nothing changes, each change adds its part; the means of
    `shares` sum to the mean of `whole`."""

    label: str
    shares: tuple[Share, ...]
    whole: Mapping[str, float]


def kept(found: Mapping[str, Any], basis: str) -> dict[str, Any]:
    """What is kept of `findings`: every year of what is expected and of the plan, and the causes of the last year."""
    last = found["first_year"] + found["years"] - 1
    ways = (DO_NOTHING, *((found["future"],) if found["future"] else ()))
    caused = [row for row in found["causes"] if row["year"] == last and _is_caused(row)]
    return {
        **{name: found[name] for name in ("people", "first_year", "years", "replications", "future")},
        "basis": basis,
        "found": {way: [_short(row) for row in found["found"][way]] for way in ways},
        "causes": [_short(row) for row in caused],
    }


def _is_caused(row: Mapping[str, Any]) -> bool:
    return (row["what"], row["id"]) in CAUSED or (row["what"], None) in CAUSED


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{part: float(f"{row[part]:.7g}") for part in PARTS}}


def tables(found: Mapping[str, Any]) -> list[Table]:
    """The first year and the last, if nothing is done and with the plan, of everything that is counted."""
    first, last = found["first_year"], found["first_year"] + found["years"] - 1
    rows = {(way, row["what"], row["id"], row["year"]): row for way, of in found["found"].items() for row in of}
    made = []
    for what, (title, how) in TITLES.items():
        lines = tuple(
            Line(row["label"], rows[way, kind, id, first]["mean"], row, rows.get((found["future"], kind, id, last)))
            for (way, kind, id, year), row in rows.items()
            if (way, kind, year) == (DO_NOTHING, what, last)
        )
        if lines:
            made.append(Table(title, how, lines))
    return made


def attributed(found: Mapping[str, Any]) -> list[Attributed]:
    """What each change adds in the last year: to the cost of everything first, then to who is there, and staff."""
    labels = {(row["what"], row["id"]): row["label"] for row in found["found"][DO_NOTHING]}
    parts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in found["causes"]:
        parts.setdefault((row["what"], row["id"]), []).append(row)
    made = []
    for key in sorted(parts, key=lambda key: (key != ("pounds", "all"), key[0] != "there")):
        *shares, whole = parts[key]
        label = "Pounds in the year, all together" if key == ("pounds", "all") else labels[key]
        made.append(Attributed(label, tuple(Share(row["change_label"], row) for row in shares), whole))
    return made


def sentences(found: Mapping[str, Any]) -> Iterator[str]:
    """What a board wants to know first."""
    first, last = found["first_year"], found["first_year"] + found["years"] - 1
    by_title = {table.title: table.lines for table in tables(found)}
    everybody = by_title[TITLES["people"][0]][0]
    yield (
        f"{_number(everybody.first)} people live here at the end of {first}; at the end of {last} it is "
        f"{_between(everybody.last)}."
    )
    for line in by_title[TITLES["there"][0]]:
        change = _change(line.first, line.last["mean"])
        with_plan = f"; with the plan {_between(line.plan)}" if line.plan else ""
        yield (
            f"{line.label}: {_number(line.first)} on an average night in {first}. If nothing is done {change} in "
            f"{last}, {_between(line.last)}{with_plan}."
        )
    whole, *_ = attributed(found)
    parts = "; ".join(f"{_pounds(one.part['mean'])} from “{one.label}”" for one in whole.shares)
    yield (
        f"What all of these cost in {last}, beside a place in which nothing changes: {_pounds(whole.whole['mean'])}. "
        f"It is made of {parts}."
    )


def _change(before: float, after: float) -> str:
    if round(before) == round(after):
        return "as many"
    return f"{abs(after / before - 1):.0%} {'more' if after > before else 'fewer'}" if before else "more"


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _between(row: Mapping[str, float]) -> str:
    return f"{row['mean']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f})"


def _pounds(value: float) -> str:
    size = abs(value)
    if round(size) == 0:
        return "nothing"
    said = f"£{size / 1e6:,.1f} million" if size >= 1e6 else f"£{size:,.0f}"
    return f"{said} {'more' if value >= 0 else 'less'}"
