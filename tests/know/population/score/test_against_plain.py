"""The scores computed in columns equal a slow computation in plain Python, person by person."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.codes import avoidable_admissions, band_of, charlson, frailty_weights, icd10, lace_index
from vanguard.know.population.score import score_file

TODAY = date(2026, 8, 6)
COLUMNS = ["person_id", "code", "date", "age", "position", "admission_method", "length_of_stay", "emergency_visits"]
CODES = ["E11.2", "E119", "e110", "C509", "C79.1", "C44", "K703", "K766", "I850", "I50", "I21", "F00", "G30X", "N183"]
CODES += ["J441", "J20", "J181", "D57", "L03", "E86X", "R02", "B20", "M351", "G81", "W19", "M48", "R50", "Z000"]
CODES += ["H33..", "44054006", "", "-", "I48 I10"]
DAYS = [
    "2014-08-05",
    "2014-08-06",
    "2015-02-28",
    "2016-02-29",
    "2016-08-06",
    "06/08/2016",
    "2016-08-07",
    "2099-01-01",
    "",
]


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file, and what it means."""

    code: str
    day: str
    age: str
    position: str
    method: str
    stay: str
    visits: str

    @property
    def icd10(self) -> str | None:
        return icd10(self.code)

    @property
    def date(self) -> date | None:
        if not self.day:
            return None
        read = date(2016, 8, 6) if "/" in self.day else date.fromisoformat(self.day)
        return read if read <= TODAY else None


rows = st.builds(
    Row,
    code=st.sampled_from(CODES),
    day=st.sampled_from(DAYS),
    age=st.just("80"),
    position=st.sampled_from(["1", "2", "3"]),
    method=st.sampled_from(["21", "22", "11", "28"]),
    stay=st.sampled_from(["0", "3", "6", "7", "13", "14", "x"]),
    visits=st.sampled_from(["", "0", "2", "5"]),
)


def charlson_sums(people: list[Row]) -> Iterator[tuple[str, int]]:
    """Each variant without points for age."""
    codes = {row.icd10 for row in people if row.icd10}
    for coding in charlson():
        flags = {g.id for g in coding.categories for code in codes if g.holds(f"icd10:{code}")}
        flags -= {mild for severe, mild in coding.suppresses if severe in flags}
        for variant in coding.variants:
            total = sum(points for category, points in variant.points if category in flags)
            yield variant.id, total if variant.floor is None else max(total, variant.floor)


def frailty(people: list[Row]) -> int | None:
    """Tenths of a point, everyone being 80."""
    emergencies = [row.date for row in people if row.date and row.method in ("21", "22", "28")]
    if not emergencies:
        return None
    index = max(emergencies)
    # 29 February goes back to 28 February.
    since = index.replace(year=index.year - 2, day=28 if (index.month, index.day) == (2, 29) else index.day)
    codes = {row.icd10[:3] for row in people if row.icd10 and row.date and since <= row.date <= index}
    weights = dict(frailty_weights().tenths)
    return sum(weights.get(category, 0) for category in codes)


def avoidable(people: list[Row]) -> tuple[int, int]:
    """The least and the most admissions: only a day can be unknown here."""
    kind = {"21": "emergency", "22": "emergency", "28": "emergency", "11": "elective"}
    sure: set[tuple[date, str]] = set()
    maybe = 0
    for row in people:
        if kind[row.method] != "emergency" or not row.icd10:
            continue
        together = [r for r in people if r.date and (r.date, kind[r.method]) == (row.date, "emergency")]
        if row.date and any(meets(row, condition, together) for condition in avoidable_admissions().conditions):
            sure.add((row.date, "emergency"))
        if not row.date:
            maybe += any(may_meet(row, condition) for condition in avoidable_admissions().conditions)
    return len(sure), len(sure) + maybe


def meets(row: Row, condition, together: list[Row]) -> bool:
    beside = [r.icd10 for r in together if r.icd10 and r.position != "1"]
    return (
        condition.holds(f"icd10:{row.icd10}")
        and (row.position == "1" or not condition.primary)
        and (not condition.needs_secondary or any(code.startswith(condition.needs_secondary) for code in beside))
        and not any(code.startswith(condition.no_secondary) for code in beside if condition.no_secondary)
    )


def may_meet(row: Row, condition) -> bool:
    return condition.holds(f"icd10:{row.icd10}") and (row.position == "1" or not condition.primary)


def lace(people: list[Row]) -> tuple[int, int] | None:
    """The least and the most points, everyone being 80: every reading of what is untold or told twice."""
    dated = [row.date for row in people if row.date]
    if not dated:
        return None
    last = [row for row in people if row.date == max(dated)]
    points = {component: dict(runs) for component, runs in lace_index().points.items()}
    stays = {int(row.stay) for row in last if row.stay != "x"} or set(points["length_of_stay"])
    visits = {int(row.visits) for row in last if row.visits} or set(points["emergency_visits"])
    acute = {reading for row in last for reading in {"21": [1], "28": [0, 1]}.get(row.method, [0])}
    codes = {row.icd10 for row in people if row.icd10}
    coding = charlson()[0]
    flags = {g.id for g in coding.categories for code in codes if g.holds(f"icd10:{code}")}
    flags -= {mild for severe, mild in coding.suppresses if severe in flags}
    comorbidity = sum(weight for category, weight in lace_index().comorbidity if category in flags)
    sums = [
        at(points["length_of_stay"], s) + at(points["acute"], a) + at(points["emergency_visits"], v)
        + at(points["comorbidity"], comorbidity)
        for s, a, v in product(stays, acute, visits)
    ]  # fmt: skip
    return min(sums), max(sums)


def at(runs: dict[int, int], value: int) -> int:
    return runs[max(first for first in runs if first <= value)]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(rows, min_size=1, max_size=6), min_size=1, max_size=25))
def test_every_score_of_every_person_equals_the_plain_computation(people):
    with TemporaryDirectory() as folder:
        file, output = Path(folder) / "codes.csv", Path(folder) / "scores.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(COLUMNS)
            longest = max(len(own) for own in people)
            # People interleaved, so that nothing rests on their rows standing together.
            for place, number in product(range(longest), range(len(people))):
                if place < len(people[number]):
                    r = people[number][place]
                    writer.writerow([number, r.code, r.day, r.age, r.position, r.method, r.stay, r.visits])
        score_file(file, output, {}, (), today=TODAY)
        with output.open(encoding="utf-8", newline="") as lines:
            found = {(int(row["person_id"]), row["score"]): row for row in csv.DictReader(lines)}
    for number, own in enumerate(people):
        if not any(row.icd10 for row in own):
            assert all(found[number, score]["value"] == "" for n, score in found if n == number)
            continue
        for score, total in charlson_sums(own):
            expected = total + 4 if score == "charlson_1987_with_age" else total
            assert found[number, score]["value"] == str(expected)
        tenths = frailty(own)
        row = found[number, "hospital_frailty"]
        assert row["value"] == ("" if tenths is None else f"{tenths // 10}.{tenths % 10}")
        assert row["band"] == ("" if tenths is None else band_of(frailty_weights().bands, tenths).id)
        low, high = avoidable(own)
        row = found[number, "ambulatory_care_sensitive"]
        assert row["value"] == (str(low) if low == high else "")
        between = lace(own)
        row = found[number, "lace"]
        if between is None:
            assert (row["value"], row["band"]) == ("", "")
        else:
            low, high = between
            bands = {band_of(lace_index().bands, low), band_of(lace_index().bands, high)}
            assert row["value"] == (str(low) if low == high else "")
            assert row["band"] == (next(iter(bands)).id if len(bands) == 1 else "")
            assert low == high or row["reason"].startswith(f"Between {low} and {high}")
