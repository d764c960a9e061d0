"""`vanguard simulate`: what is found, in words and tables; what cannot be is said truthfully."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.learn.simulate.services import MONDAY, assumed, file_of, frozen, resource, service

from vanguard.blueprint import BadBlueprint, Visits, read, shipped
from vanguard.cli import cli
from vanguard.errors import BadInput
from vanguard.learn.simulate.breaking import breaks_first
from vanguard.learn.simulate.comparing import in_words
from vanguard.learn.simulate.engine.arrays import Tally
from vanguard.learn.simulate.findings import findings
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch
from vanguard.learn.simulate.run import replicate
from vanguard.learn.simulate.simulation import service_of
from vanguard.learn.simulate.words import words

ONE = "frail-older-people"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("out")
    options = ["--replications", "3", "--days", "14", "--day", "2026-12-07", "--out", str(out), "--json"]
    found = CliRunner().invoke(cli, ["simulate", ONE, *options], standalone_mode=False)
    assert found.exception is None
    return out, json.loads(found.stdout)


def test_the_command_writes_tables_and_a_summary(told: tuple[Path, dict[str, Any]]) -> None:
    out, summary = told
    assert json.loads((out / "summary.json").read_text("utf-8")) == summary
    rows = list(csv.DictReader((out / "week.csv").open(encoding="utf-8")))
    assert {row["what"] for row in rows} == {"waiting", "in_use", "kept"}
    assert all(float(row["low"]) <= float(row["mean"]) <= float(row["high"]) for row in rows if row["low"])
    clocks = {row["clock"]: row for row in csv.DictReader((out / "clocks.csv").open(encoding="utf-8"))}
    mean = summary["clocks"]["rapid_response"]["kept"]["mean"]
    assert float(clocks["rapid_response"]["kept"]) == pytest.approx(mean, rel=1e-5)
    assert summary["breaks_first"]["growth"] == 1


def test_a_day_reads_like_the_board(told: tuple[Path, dict[str, Any]]) -> None:
    (file,) = told[0].glob("day-*.txt")
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) > 50
    assert lines == sorted(lines, key=lambda line: line[:5])
    assert any(line.endswith("received from Hospital ward, by phone") for line in lines)
    assert any("Rapid, in less than three hours" in line for line in lines)


def test_the_same_seed_gives_the_same_whatever_the_threads() -> None:
    tested = service_of(read(ONE), days=7)
    one, two = (replicate(tested, 3, seed=5, threads=threads).tallies for threads in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    other = replicate(tested, 1, seed=6).tallies
    assert not np.array_equal(one.waits[0], other.waits[0])


def test_separate_services_take_about_twice_as_long() -> None:
    """A story: 5 + 10 + 7 + 42 + 7 + 14 days from fit to care for good, against 42 and a day or two."""
    blueprint = read(ONE)
    days = {}
    for scenario in (None, "separate_services"):
        found = findings(replicate(service_of(blueprint, scenario, 28), 1))
        days[scenario] = found["ends"]["long_term_care"]["days_since_received"]["mean"]
    assert 38 < days[None] < 46
    assert 70 < days["separate_services"] < 90


def test_every_scenario_runs_and_nobody_is_lost() -> None:
    blueprint = read(ONE)
    for scenario in blueprint.simulate.scenarios:
        tally = replicate(service_of(blueprint, scenario, 7), 1).tallies
        came, ended, gave_up, present = tally.everything[0, :4]
        assert came == ended + gave_up + present


def line(an_hour: float, number: float, calendar: str = "always") -> Service:
    file = file_of({"help": {"by": "helper", "next": "out"}}, {"helper": resource(calendar)})
    return service(file, assumed(an_hour, {"help": {"kind": "fixed", "value": 6.0}}, {"helper": number}))


def test_more_than_can_be_done_is_said_and_when_the_queue_passes_a_day() -> None:
    found = findings(replicate(line(12, 1), 2))
    queue = found["queues"]["helper"]
    assert queue["passed_a_day_in"] == 1
    # 2 more an hour than can be helped: whoever came at t waits t / 5, which is a day after 5 days of arrivals and one.
    assert queue["passed_a_day_after_days"] == pytest.approx(6, rel=0.1)
    assert any("queues grow" in warning for warning in found["warnings"])


def test_a_service_into_which_nobody_comes_says_so() -> None:
    alone = line(0, 1)
    found = findings(replicate(alone, 1)) | {"breaks_first": breaks_first(alone, seed=1)}
    assert in_words(found) == [
        "A line: nobody comes, as is assumed.",
        "Nobody comes, so no promise is put to the test.",
    ]


def test_more_runs_than_memory_should_hold_are_refused() -> None:
    with pytest.raises(BadInput, match="runs of this service come to is more than memory should hold"):
        replicate(line(1, 1), 10_000_000)


def round_and_round(minutes: float) -> Service:
    """Who is asked whether they need more help says yes, always."""
    rules = [{"when": "more", "to": "help"}, {"to": "out"}]
    steps = {"help": {"by": "helper", "next": "ask"}, "ask": {"by": "helper", "decides": ["more"], "next": rules}}
    questions = {"more": {"label": "More", "kind": "yes_no", "source": {"cites": "tests"}}}
    file = file_of(steps, {"helper": resource()}, questions=questions)
    spread = {"kind": "fixed", "value": minutes}
    always = {"more": {"shares": {"yes": 1.0}}}
    return service(file, assumed(1, {"help": spread, "ask": spread}, {"helper": 9}, answers=always))


def test_a_loop_that_no_answer_leads_out_of_is_said() -> None:
    """Where the loop takes no time the run would never end; where it does, nobody comes to an end."""
    with pytest.raises(BadInput, match="round and round through help and ask, and no time goes by"):
        replicate(round_and_round(0.0), 1)
    found = findings(replicate(round_and_round(600.0), 1))
    assert found["warnings"][0].startswith("A line: nobody comes to an end in this time.")
    assert not any("comes to an end" in one for one in findings(replicate(line(1, 2), 1))["warnings"])


def test_people_who_are_referred_again_at_once_for_ever_are_refused() -> None:
    steps, again = {"help": {"by": "helper", "next": "out"}}, {"again": 1.0}
    at_once = {"line": {"out": again | {"again_after_days": {"kind": "fixed", "value": 0.0}}}}
    fixed = {"kind": "fixed", "value": 0.0}
    assumptions = assumed(1, {"help": fixed}, {"helper": 1}, ends=at_once)
    with pytest.raises(BadInput, match="referred again and again at one instant"):
        replicate(service(file_of(steps, {"helper": resource()}), assumptions, days=1, warm_up=0), 1)


def test_nothing_is_read_before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory for people and jobs is not cleared before a run: whatever stands there, the run is the same."""
    from vanguard.learn.simulate.engine import now

    tested, empty = service_of(read(ONE), "no_night_cover", days=7), now.empty
    cleared = ("count", "area", "chance", "units", "queues", "dirty", "inside")

    def run_on(left: int) -> Tally:
        def made(*given: Any) -> dict[str, np.ndarray]:
            held = empty(*given)
            for name in held.keys() - set(cleared):
                held[name].fill(left)
            return held

        monkeypatch.setattr(now, "empty", made)
        return replicate(tested, 1).tallies

    assert all(np.array_equal(a, b) for a, b in zip(run_on(0), run_on(3), strict=True))


def test_whoever_visits_a_few_answers_between_visits() -> None:
    """One person alone: the visits to the first caller take a part of each day, and stop nobody else's call."""
    steps = {
        "take": {"by": "helper", "next": "go"},
        "go": {"by": "helper", "visit": True, "visits": "weekly", "next": "out"},
    }
    weekly = {"id": "weekly", "label": "Weekly", "source": {"cites": "tests"}, "by": ["helper"], "minutes": 60}
    phases = [{"lasts": "P4W", "times": 1, "per": "week"}]
    visits = Visits.model_validate(frozen({**weekly, "phases": phases}), context={})
    minutes = {"take": {"kind": "fixed", "value": 30.0}, "go": {"kind": "fixed", "value": 0.0}}
    assumptions = assumed(0.02, minutes, {"helper": 1})
    stretch = Stretch(MONDAY, 30, 300, 0)
    alone = plan_of(file_of(steps, {"helper": resource()}), assumptions, {"weekly": visits}, stretch)
    found = findings(replicate(alone, 4))["steps"]
    assert found["take"]["begun"]["mean"] > 0.8 * 0.02 * 24 * 300
    assert found["take"]["wait_minutes"]["mean"] < 60


def test_more_than_can_be_held_is_refused() -> None:
    with pytest.raises(BadInput, match="more than a simulation can hold"):
        replicate(line(1e6, 1), 1)


def test_nobody_there_is_said() -> None:
    assert any("nobody is ever there" in one for one in findings(replicate(line(1, 0), 1))["warnings"])
    at_night = findings(replicate(line(1, 2, "day"), 1))
    assert any("for 50% of the time nobody is there" in one for one in at_night["warnings"])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("online: 0.05}", "online: 0.15}", "These shares sum to 1.1, not 1."),
        ("low: 4, mode: 8", "low: -4, mode: 8", "-4 is not allowed here. It must be at least 0."),
        ("  call_desk: {number: 2", "  call_dusk: {number: 2", "There is no resource call_dusk."),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    for file in Path(shipped()[ONE]).iterdir():
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text.replace(before, after) if file.name == "simulate.yaml" else text, "utf-8")
    with pytest.raises(BadBlueprint) as refused:
        read(folder)
    assert "simulate.yaml:" in str(refused.value)
    assert said in str(refused.value)


def test_a_scenario_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["simulate", ONE, "--scenario", "no_nite_cover", "--out", str(tmp_path)])
    assert "There is no scenario no_nite_cover" in str(found.exception)
    assert "no_night_cover" in str(found.exception)


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--set", "call_takers", "call_takers names no slider and number. Write it as SLIDER=NUMBER."),
        ("--set", "=3", "=3 names no slider and number."),
        ("--day", "2020-01-01", "2020-01-01 is not simulated. Name one from 2026-"),
        ("--out", "{file}/x", "cannot be made: Not a directory. Name another folder."),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, given: str, said: str
) -> None:
    monkeypatch.setattr("vanguard.learn.simulate.command.simulated", None)
    (tmp_path / "file").touch()
    asked = ["--out", str(tmp_path / "out"), option, given.format(file=tmp_path / "file")]
    assert said in str(CliRunner().invoke(cli, ["simulate", ONE, *asked]).exception)


def test_in_words(told: tuple[Path, dict[str, Any]]) -> None:
    from vanguard.learn.simulate import simulate

    said = words(simulate(read(ONE), replications=2, days=7))
    assert "As things are, this is not kept for 95 in 100: Time until a clinician has decided" in said
