"""Columns that follow from others: the database says what the plain rules say, and lists show, sort and give them."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from tests.programme.test_delivery import PLAN
from tests.small_place import NOW

from vanguard.programme import HISTORY
from vanguard.programme.days import first_day, last_day, months_after
from vanguard.programme.delivery.models import Benefit, Dependency, Milestone, Risk, Wait
from vanguard.programme.delivery.plan import planned, progress_of
from vanguard.programme.delivery.risks import BENEFITS, RISKS
from vanguard.programme.delivery.tables import MILESTONES
from vanguard.programme.scrutiny.inquiries import RECOMMENDATIONS
from vanguard.programme.scrutiny.models import Check, Committee, Inquiry, Recommendation
from vanguard.programme.scrutiny.monitoring import looks, standing
from vanguard.programme.tables.day_numbers import FirstDay, LastDay, MonthsAfterLastDay
from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.deriving import derived_values
from vanguard.programme.tables.described import openapi
from vanguard.programme.tables.writing import load

DAYS = (date(2018, 2, 28), date(2018, 6, 30), date(2020, 2, 29))
CHANCE = 20_180_806


def when(chance: Random, *, maybe: bool = True) -> str:
    """A day near the days asked about, known in part or not at all."""
    day = date(2017, 10, 1) + timedelta(days=chance.randrange(1000))
    return chance.choice((f"{day:%Y}", f"{day:%Y-%m}", day.isoformat(), *(("",) * 2 if maybe else ())))


def made(model: type[Model], row: int, **cells: Any) -> Any:
    """A row as the checks of its table would have it, without asking them."""
    return model._default_manager.create(key=f"r{row}", **cells)


@pytest.fixture
def rows(db: None) -> None:
    """Milestones with what they wait for and what threatens them, benefits and recommendations, by chance."""
    chance = Random(CHANCE)
    milestones = []
    for n in range(120):
        hand = {}
        if not n % 4:
            hand = {"override": chance.choice(("red", "green")), "override_reason": "So", "override_by": "Director"}
            hand |= {"override_on": when(chance, maybe=False), "override_until": when(chance)}
        days = {name: when(chance) for name in ("forecast", "reported")}
        done = when(chance) if not n % 5 else ""
        cells = {"short": f"m{n}", "name": f"Milestone {n}", "due": when(chance, maybe=False), "done": done}
        milestones.append(made(Milestone, n, **cells, **days, **hand))
    dependencies = [
        made(Dependency, n, short=f"d{n}", name=f"D{n}", impact="I", due=when(chance), done=when(chance))
        for n in range(20)
    ]
    for n in range(60):
        one = {"for_milestone": chance.choice(milestones)} if n % 2 else {"for_dependency": chance.choice(dependencies)}
        made(Wait, n, milestone=chance.choice(milestones), **one)
    for n in range(60):
        rated = {name: chance.randint(1, 5) for name in ("residual_likelihood", "residual_impact")}
        cells = {"short": f"r{n}", "name": "R", "owner": "O", "likelihood": 5, "impact": 5, "raised": "2017"}
        made(Risk, n, **cells, **rated, milestone=chance.choice(milestones), closed="2018" if not n % 6 else "")
    for n in range(80):
        latest = {} if not n % 7 else {"latest": chance.randint(70, 110), "latest_on": when(chance, maybe=False)}
        days = {
            "baseline_on": chance.choice(("2017", "2017-09", "2017-11-30")),
            "forecast_on": when(chance, maybe=False),
        }
        if last_day(days["baseline_on"]) < first_day(days["forecast_on"]):
            cells = {"short": f"b{n}", "name": "B", "unit": "u", "baseline": 100, "forecast": chance.choice((80, 107))}
            made(Benefit, n, **cells, **days, **latest)
    committee = made(Committee, 1, short="c", name="C", of="County")
    inquiry = made(Inquiry, 1, short="i", name="I", committee=committee)
    for n in range(80):
        response = chance.choice(("accepted", "accepted", "in_part", "not_accepted", "awaited"))
        answered = "" if response == "awaited" else when(chance, maybe=False)
        cells = {"short": f"c{n}", "number": n, "text": "T", "to": "All", "response": response, "answered": answered}
        one = made(Recommendation, n, inquiry=inquiry, **cells)
        for after in ("6", "12"):
            if chance.random() < 0.4:
                rating = chance.choice(("green", "amber", "red"))
                made(Check, 100 * n + int(after), recommendation=one, after=after, on="2019", rating=rating)


def column(table: Table, name: str, today: date) -> dict[int, Any]:
    """What the database says in a derived column, by the number of the row."""
    numbers = list(table.model._default_manager.values_list("pk", flat=True))
    return {pk: told[name] for pk, told in derived_values(table, numbers, today).items()}


def test_the_database_says_what_the_rules_say(rows: None) -> None:
    for today in DAYS:
        found = planned(Milestone.objects.all(), today)
        assert column(MILESTONES, "status", today) == {one.milestone.pk: one.judged.colour for one in found}
        assert column(MILESTONES, "by_rules", today) == {one.milestone.pk: one.judged.by_rules for one in found}
        benefits = {one.pk: progress_of(one, today).colour for one in Benefit.objects.all()}
        assert column(BENEFITS, "status", today) == benefits
        expected = {}
        for one in Recommendation.objects.all():
            ratings = {int(check.after): check.rating for check in one.checks.all()}
            expected[one.pk] = standing(looks(one.response, one.answered, ratings, today))
        assert column(RECOMMENDATIONS, "monitoring", today) == expected
    # The comparison is of something: every word that may be said was said on some day.
    for table, name, least in ((MILESTONES, "status", 5), (BENEFITS, "status", 4), (RECOMMENDATIONS, "monitoring", 5)):
        assert len({word for today in DAYS for word in column(table, name, today).values()}) >= least, table.id
    levels = column(RISKS, "level", DAYS[0])
    assert {levels[one.pk] for one in Risk.objects.filter(residual_likelihood=5, residual_impact__gte=3)} <= {"extreme"}
    assert set(levels.values()) == {"extreme", "high", "moderate", "low"}


def test_days_have_the_numbers_of_the_calendar(db: None) -> None:
    told = (
        "0001",
        "0001-01",
        "1900-02",
        "2000-02",
        "2016-02-29",
        "2015-08-31",
        "2017-12",
        "9999-12-31",
        "9999-12",
        "9999",
    )
    for n, day in enumerate(told):
        made(Dependency, n, short=f"d{n}", name="D", impact="I", due=day)
    rows = Dependency.objects.annotate(first=FirstDay("due"), last=LastDay("due"), six=MonthsAfterLastDay("due", 6))
    for one in rows.order_by("pk"):
        assert (one.first, one.last) == (first_day(one.due).toordinal(), last_day(one.due).toordinal()), one.due
        if one.due < "9999":
            assert one.six == months_after(last_day(one.due), 6).toordinal(), one.due


def test_lists_show_narrow_sort_and_give_what_follows(
    programme: Path, anybody: Client, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    load(HISTORY, NOW)
    for table, text in PLAN.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    page = anybody.get("/milestones?status=red").content.decode()
    assert "The shared record" in page and "One line to call" not in page
    assert 'nhsuk-tag--red">Red</strong><br><span class="vg-quiet">It is overdue.' in page
    by_hand = anybody.get("/milestones?override=green").content.decode()
    assert "The board accepted the delay. By the rules: red." in by_hand and "The shared record" not in by_hand
    given = list(csv.DictReader(io.StringIO(anybody.get("/milestones.csv?sort=status").content.decode())))
    order = [one["status"] for one in given]
    assert order == sorted(order, key=["red", "amber", "silent", "green", "blue"].index) and len(set(order)) > 2
    line = next(one for one in given if one["short"] == "line")
    assert (line["status"], line["by_rules"]) == ("green", "red")
    assert [one["status"] for one in anybody.get("/milestones.json?sort=-status").json()] == order[::-1]
    described = openapi()["paths"]
    for name in ("milestones", "benefits", "recommendations"):
        schema = described[f"/{name}.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["items"]
        rows = anybody.get(f"/{name}.json").json()
        assert rows and all(set(one) == set(schema["properties"]) == set(schema["required"]) for one in rows), name
        enums = {column: said["enum"] for column, said in schema["properties"].items() if "enum" in said}
        assert all(one[column] in enum for one in rows for column, enum in enums.items()), name
    # What is given loads again, and what follows is passed over, whatever it says.
    for name in ("milestones.csv", "milestones.json", "benefits.csv", "recommendations.csv", "adoptions.csv"):
        (tmp_path / name).write_bytes(anybody.get(f"/{name}").content)
        assert {(one.new, one.changed) for one in load(tmp_path / name, NOW).values()} == {(0, 0)}, name
    benefit = anybody.get("/benefits/beds").content.decode()
    assert "The day is past, and 20% of the way is done." in benefit
    risks = signed_in("viewer").get("/risks?level=extreme&sort=-residual").content.decode()
    assert "Sharing is not agreed" in risks and "Rated after, of 25: </span>16" in risks
    assert "Nothing matches" in signed_in("viewer").get("/risks?level=low").content.decode()
    assert anybody.get("/plan?on=2018-08-01&status=green").content.decode().count("One line to call") == 1
    assert "The shared record" not in anybody.get("/plan?on=2018-08-01&status=green").content.decode()
