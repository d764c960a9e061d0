"""Linking only whom news may touch gives the same persons, ids and counts as comparing everybody again."""

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.know.identity.place_rows import NOW, add_rows, person_row

from vanguard.know.identity import link, place
from vanguard.lake import Lake

FAMILY = ("BAKER", "STONE", "IQBAL", "HARRINGTON", "OKAFOR", "NOWAK")
GIVEN = ("ANN", "ANNE", "OLIVE", "RUTH", "ROBERT", "BOB", "MOHAMMED", "IVY")
TABLES = ("person", "person_link", "person_change", "compared_row", "link_parameter")
PEOPLE = 130


def nhs_number(number: int) -> str:
    """A valid one; some numbers have none and get the next person's."""
    for nine in range(999_000_000 + number, 999_000_000 + number + 2):
        check = 11 - sum(int(digit) * weight for digit, weight in zip(str(nine), range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{nine}{check % 11}"
    raise AssertionError(number)


class Partners:
    """Who they know, whom they take for another, and what they say on a day."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.known: dict[tuple[str, str], dict[str, Any]] = {}

    def begin(self) -> list[dict[str, Any]]:
        return [row for number in range(PEOPLE) for row in self.arrives(number, 0)]

    def arrives(self, number: int, day: int) -> list[dict[str, Any]]:
        rng = self.rng
        said = {
            "given_name": rng.choice(GIVEN),
            "family_name": rng.choice(FAMILY),
            "birth_date": f"{date(1940, 1, 1) + timedelta(days=97 * (number // 3))}",
            "postcode": f"HP{number % 9} {number % 7}AA",
            "sex": rng.choice(["female", "male"]),
            "nhs_number": nhs_number(number) if rng.random() < 0.7 else None,
        }
        rows = [self.says(("gp", f"{number}"), day, **said)]
        for source, share in (("acute", 0.6), ("community", 0.4)):
            if rng.random() < share:
                slip = {"nhs_number": None} if rng.random() < 0.6 else {"given_name": rng.choice(GIVEN)}
                rows.append(self.says((source, f"R{number}"), day, **said | slip))
        return rows

    def says(self, who: tuple[str, str], day: int, **changed: Any) -> dict[str, Any]:
        self.known[who] = self.known.get(who, {}) | changed
        return person_row(*who, on=f"{date(2018, 1, 1) + timedelta(days=day)}", **self.known[who])

    def live(self, day: int) -> list[dict[str, Any]]:
        """Somebody new; others whose number, name, birth date or address is corrected, also to somebody else's."""
        rng, somebody = self.rng, sorted(self.known)
        other = self.known[rng.choice(somebody)]
        changes: list[dict[str, Any]] = [
            {"nhs_number": other["nhs_number"]},
            {"nhs_number": nhs_number(rng.randrange(PEOPLE))},
            {name: other[name] for name in ("given_name", "family_name", "birth_date")},
            {"family_name": rng.choice(FAMILY)},
            {"birth_date": other["birth_date"], "postcode": other["postcode"]},
            {"given_name": "BABY"},
            {"death_date": "2018-01-01"},
        ]
        rows = self.arrives(PEOPLE + day, day)
        for one in rng.sample(changes, 4):
            rows.append(self.says(rng.choice(somebody), day, **one))
        again = rng.choice(somebody)
        rows.append(self.says(again, day - rng.randrange(2) * 100 if day > 100 else day))
        return rows


def compared_with_everybody(seed: int, days: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Live some days, hold the lake against one that compares everybody; returns on how many days only some were."""
    monkeypatch.setattr("vanguard.know.identity.estimator.ROWS_TO_TRAIN", 60)
    partners, some = Partners(seed), 0
    everyone = place._link_everyone

    def counted(*how: Any, **more: Any) -> None:
        nonlocal some
        some -= 1
        everyone(*how, **more)

    lake = add_rows(home / "lake", partners.begin())
    link(lake, NOW)
    for day in range(1, days + 1):
        add_rows(home / "lake", partners.live(day))
        copy = Lake(home / f"copy{day}")
        shutil.copytree(home / "lake", home / f"copy{day}")
        copy.manifest_path.write_text(json.dumps(json.loads(copy.manifest_path.read_text()) | {"made": {}}))
        whole = link(copy, NOW)
        with monkeypatch.context() as patched:
            patched.setattr(place, "_link_everyone", counted)
            some += 1
            assert link(lake, NOW) == whole, f"day {day} of {seed}"
        ours, theirs = content(lake), content(copy)
        for table in TABLES:
            assert ours[table] == theirs[table], f"{table} on day {day} of {seed}"
        shutil.rmtree(home / f"copy{day}")
    assert whole.review.unclear or whole.review.refused or whole.review.number_contradicted
    assert ours["person_change"], "persons were joined and parted"
    return some


def content(lake: Lake) -> dict[str, list[Any]]:
    with lake.connect() as con:
        return {table: con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def test_whom_news_does_not_touch_need_not_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compared_with_everybody(3, 3, tmp_path, monkeypatch) == 3


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_whom_news_does_not_touch_need_not_be_compared_over_months(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Now and then everybody is compared: tables are made whole, and training is taught anew."""
    assert 20 <= compared_with_everybody(seed, 40, tmp_path, monkeypatch) < 40
