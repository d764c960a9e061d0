"""How many are needed: the number that theory gives, and not one fewer."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
from click.testing import CliRunner
from tests.learn.simulate.services import assumed, file_of, resource, service

from vanguard.blueprint import Assumptions
from vanguard.cli import cli
from vanguard.learn.simulate import Line, waiting
from vanguard.learn.simulate.plan import Service
from vanguard.learn.simulate.staffing import staffing, table

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
