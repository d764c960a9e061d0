"""How many are needed: the number that theory gives, and not one fewer."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
from click.testing import CliRunner
from tests.learn.simulate.services import MONDAY, assumed, file_of, frozen, resource, service

from vanguard.blueprint import Assumptions, Visits
from vanguard.cli import cli
from vanguard.learn.simulate import Line, waiting
from vanguard.learn.simulate.by_hour import by_day
from vanguard.learn.simulate.fewest import staffing, table
from vanguard.learn.simulate.findings import findings
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch
from vanguard.learn.simulate.run import Outcome, replicate

TEN = {"kind": "exponential", "mean": 10.0}


def answered_within(minutes: int, an_hour: float, desk: dict[str, Any], **more: Any) -> tuple[Service, Assumptions]:
    """A desk whose promise is that somebody takes people up within so many minutes."""
    clocks = {"soon": {"within": f"PT{minutes}M", "start": "received", "stop": "help.began"}}
    file = file_of({"help": {"by": "helper", "next": "out"}}, {"helper": resource()}, clocks=clocks)
    assumptions = assumed(an_hour, {"help": TEN}, {"helper": desk}, **more)
    return service(file, assumptions, days=40), assumptions


def test_as_many_as_erlang_says() -> None:
    tested, assumptions = answered_within(5, 30.0, {"number": 2.0, "pence_an_hour": 2000})
    found = staffing(tested, assumptions)
    level = lambda number: waiting(Line(Decimal(30), Decimal(10), number, Decimal(5))).service_level
    theory = next(number for number in range(6, 30) if level(number) >= Decimal("0.95"))
    assert abs(level(theory) - Decimal("0.95")) > Decimal("0.01"), "no near thing"
    helper = found["resources"]["helper"]
    assert helper["needed"] == theory
    assert helper["assumed"] == 2
    assert helper["pounds_a_year"] == found["pounds_a_year"] == round(theory * 8760 * 20)
    assert found["no_number_keeps"] == []
    assert found["clocks"]["soon"]["kept"]["mean"] >= 0.95
    assert found["breaks_first"]["clocks"].keys() == {"soon"}
    assert 1 < found["breaks_first"]["growth"] <= 1.35
    assert f"{theory:g}" in table(found)


def test_who_is_fewer_at_night_is_so_in_proportion_and_nobody_works_all_the_time() -> None:
    desk = {"calendars": {"day": 4.0, "always": 2.0}}
    tested, assumptions = answered_within(600, 30.0, desk)
    found = staffing(tested, assumptions)
    # With so long a promise it is their own time that tells: at most 95 in 100, five busy on average, day and night.
    assert found["resources"]["helper"]["used"] <= 0.95
    assert 6 <= found["resources"]["helper"]["needed"] <= 12


def test_what_no_number_keeps_is_said() -> None:
    clocks = {"never": {"within": "PT5M", "start": "received", "stop": "help.finished"}}
    file = file_of({"help": {"by": "helper", "next": "out"}}, {"helper": resource()}, clocks=clocks)
    assumptions = assumed(12.0, {"help": {"kind": "fixed", "value": 10.0}}, {"helper": 3})
    found = staffing(service(file, assumptions, days=20), assumptions, replications=4)
    assert found["no_number_keeps"] == ["never"]
    assert "No number of staff and beds keeps it." in table(found)
    assert found["breaks_first"]["growth"] is None or "never" not in found["breaks_first"]["clocks"]
    assert found["pounds_a_year"] is None


def test_a_search_without_time_says_what_it_did_not_settle() -> None:
    tested, assumptions = answered_within(5, 30.0, {"number": 2.0})
    found = staffing(tested, assumptions, replications=2, enough=lambda: True)
    assert found["not_settled"] == ["helper"]
    assert found["clocks"]["soon"]["kept"]["mean"] >= 0.95
    assert found["breaks_first"]["looked_until"] == 1
    assert "no time to look further" in table(found)
    assert "fewer may do: Whoever helps" in table(found)


def test_the_command_says_beds_staff_and_cost() -> None:
    options = ["--days", "7", "--replications", "2", "--json"]
    run = CliRunner().invoke(cli, ["staffing", "frail-older-people", *options])
    assert run.exception is None, run.output
    found = json.loads(run.stdout)
    beds = found["resources"]["short_stay_bed"]
    assert beds["kind"] == "bed"
    assert 3 <= beds["needed"] <= 20
    assert beds["pounds_a_year"] == round(beds["needed"] * 365 * 180)
    assert found["resources"]["referrers_themselves"]["pounds_a_year"] is None
    # Whoever goes to people is told by day, whoever answers by hour; nobody is in both.
    desks, cars = ({one["id"] for one in found[key]} for key in ("by_hour", "by_day"))
    assert desks and cars and not desks & cars
    assert "social_workers_of_the_team" in cars and "call_desk" in desks
    assert all(len(one["hours"]) == 7 for one in found["by_day"])
    priced = [one["pounds_a_year"] for one in found["resources"].values() if one["pounds_a_year"] is not None]
    assert found["pounds_a_year"] == sum(priced)
    assert np.isfinite(found["pounds_a_year"])


def hours_a_week(outcome: Outcome) -> tuple[float, float]:
    """Of the one who goes to people: as told by day, and as each piece of work was added when it began."""
    [told] = by_day(outcome)
    minutes = outcome.tallies.work[:, :, 1:3].sum() / outcome.replications
    return sum(told["hours"]), float(minutes / 60 / outcome.service.stretch.days * 7)


def test_work_that_goes_on_past_closing_is_work_of_that_day() -> None:
    """Somebody begins by eight in the evening, and is on the way and there until two."""
    step = {"help": {"by": "helper", "visit": True, "next": "out"}}
    file = file_of(step, {"helper": resource("day")})
    assumptions = assumed(0.15, {"help": {"kind": "fixed", "value": 60.0}}, {"helper": 4})
    trip = {"steps": {"line": {"help": {"travel": {"kind": "fixed", "value": 300.0}}}}}
    assumptions = assumptions.changed_by(Assumptions.model_validate(frozen(trip), context={}))
    told, work = hours_a_week(replicate(service(file, assumptions, days=140), 2))
    assert work > 100
    assert abs(told / work - 1) < 0.02


def test_a_pattern_of_visits_is_work_while_its_staff_are_there() -> None:
    """Two visits a day of an hour, for a week, from eight to eight."""
    file = file_of({"help": {"by": "helper", "visits": "twice", "next": "out"}}, {"helper": resource("day")})
    phases = [{"times": 2, "per": "day", "lasts": "P1W"}]
    twice = {
        "id": "twice",
        "label": "Twice",
        "by": ["helper"],
        "minutes": 60,
        "phases": phases,
        "source": {"cites": "tests"},
    }
    visits = {"twice": Visits.model_validate(frozen(twice), context={})}
    assumptions = assumed(0.04, {}, {"helper": 9}, steps={"line": {}})
    outcome = replicate(plan_of(file, assumptions, visits, Stretch(MONDAY, 14, 140, 0)), 2)
    told, work = hours_a_week(outcome)
    assert work > 60
    # The last visit ends a pattern, not its last day.
    assert abs(told / work - 1) < 0.1


def test_a_pause_lasts_until_someone_leaves() -> None:
    """A call of an hour with a pause of ten from its first minute on: it stood still for the rest of the hour."""
    clocks = {"soon": {"within": "PT2H", "start": "received", "stop": "help.finished", "pause_for": ["asked"]}}
    pauses = {"asked": {"label": "Asked to wait"}}
    file = file_of({"help": {"by": "helper", "next": "out"}}, {"helper": resource()}, clocks=clocks, pauses=pauses)
    fixed = lambda value: {"kind": "fixed", "value": value}
    ten_hours = {"line": {"asked": {"share": 1.0, "after_hours": fixed(0.0), "lasts_hours": fixed(10.0)}}}
    assumptions = assumed(2.0, {"help": fixed(60.0)}, {"helper": 30}, pauses=ten_hours)
    pause = findings(replicate(service(file, assumptions), 2))["pauses"]["asked"]
    assert pause["times"]["mean"] > 500
    assert abs(pause["mean_hours"]["mean"] - 1.0) < 0.01
