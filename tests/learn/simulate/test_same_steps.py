"""The machine and `flow` take the same steps, and a changed promise changes the live clock and the simulation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learn.simulate.services import MONDAY, assumed, file_of, frozen, resource, service

from vanguard.blueprint import Assumptions, Blueprint, Pathways, Question, read, shipped
from vanguard.blueprint.document import read_document
from vanguard.flow import Flow, Received, begin, deadlines
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch
from vanguard.learn.simulate.run import replicate, run_once, tally_of
from vanguard.learn.simulate.simulation import service_of
from vanguard.learn.simulate.walk import Episode, differences, episodes, flows

FALLS = Path(__file__).parents[2] / "flow" / "falls_service.yaml"
SPREADS = [
    {"kind": "fixed", "value": 0.0},
    {"kind": "fixed", "value": 30.0},
    {"kind": "exponential", "mean": 40.0},
    {"kind": "gamma", "mean": 50.0, "sd": 80.0},
    {"kind": "lognormal", "mean": 300.0, "sd": 400.0},
    {"kind": "uniform", "low": 10.0, "high": 2000.0},
]
NUMBER = st.sampled_from([0.0, 0.5, 1.0, 4.0])
SOME_BEDS = {"female": 1, "male": 1, "kinds": {"ground": 1}, "cleaning_minutes": 45.0}


def told(service: Service, seed: int = 1) -> list[Episode]:
    """The episodes of one run."""
    tally = tally_of(service, 1, lines=200_000)
    one = type(tally)(*(part[0] for part in tally))
    run_once(service, one, seed, 0)
    assert one.logged[0] < 200_000
    return episodes(service.names, one.log[: one.logged[0]])


def all_differences(service: Service, seed: int = 1) -> tuple[int, list[list[str]]]:
    told_of, ways = told(service, seed), flows(service.names)
    until = service.names.at(service.plan.until)
    return len(told_of), [wrong for one in told_of if (wrong := differences(ways[one.pathway], one, until))]


def shares(question: Question, draw: st.DrawFn) -> dict[str, float]:
    options = tuple(question.of) or ("yes", "no")
    weights = [draw(st.integers(0, 3)) for _ in options]
    if not any(weights):
        weights[0] = 1
    return {option: weight / sum(weights) for option, weight in zip(options, weights, strict=True)}


@st.composite
def a_service(draw: st.DrawFn) -> Service:
    """The falls service with any assumptions, over the night on which the clocks go back."""
    file = Pathways.model_validate(read_document(FALLS).data, context={})
    way = file.pathways["after_a_fall"]
    spread = st.sampled_from(SPREADS)
    days = st.sampled_from([{"kind": "uniform", "low": 0.0, "high": 3.0}, {"kind": "exponential", "mean": 0.1}])
    hours = st.sampled_from([{"kind": "uniform", "low": 0.0, "high": 8.0}, {"kind": "exponential", "mean": 0.5}])

    def time(step: str) -> dict[str, Any]:
        found = {
            "minutes": draw(spread),
            "travel": draw(spread),
            "stay_hours": {"kind": "uniform", "low": 1.0, "high": 90.0},
            "reach_bed_hours": {"kind": "uniform", "low": 0.0, "high": 4.0},
        }
        return found | ({"wait_hours": draw(spread)} if draw(st.integers(0, 4)) == 0 else {})

    questions = file.questions.values()
    whole: dict[str, Any] = {
        "arrivals": {
            "after_a_fall": {
                "per_year": 6000.0,
                "from": shares(Question.model_construct(of=dict(way.entry.origins)), draw),
                "by": shares(Question.model_construct(of=dict(way.entry.by)), draw),
                "female": 0.6,
            }
        },
        "steps": {"after_a_fall": {id: time(id) for id in way.steps}},
        "answers": {q.id: {"shares": shares(q, draw)} for q in questions if q.kind != "number"}
        | {q.id: {"number": {"kind": "uniform", "low": 0.0, "high": 6.0}} for q in questions if q.kind == "number"},
        "staff": {id: {"number": draw(NUMBER)} for id, r in file.resources.items() if r.kind == "staff"},
        "beds": {"rest_bed": {"number": draw(st.integers(3, 5)), **SOME_BEDS}},
        "ends": {
            "after_a_fall": {
                "done": {"again": 0.3, "again_after_days": {"kind": "fixed", "value": 1.0}},
                "died": {"share": draw(st.sampled_from([0.0, 0.3])), "after_days": draw(days)},
            }
        },
        "changes": {
            "after_a_fall": {
                id: {"share": 0.5, "after_hours": draw(hours), "shares": shares(file.questions[id], draw)}
                for id in draw(st.lists(st.sampled_from(["speed", "trade"]), unique=True))
            }
        },
    }
    whole["staff"]["visitor"] = {"number": 4.0, "skills": {"nursing": 1.0, "therapy": 1.0}}
    whole["pauses"] = {
        "after_a_fall": {
            id: {"share": 0.5, "after_hours": draw(hours), "lasts_hours": draw(hours)}
            for id in draw(st.lists(st.sampled_from(sorted(file.pauses)), unique=True))
        }
    }
    if draw(st.booleans()):
        whole["patience"] = {"after_a_fall": {"minutes": draw(spread)}}
    start = datetime(2026, 10, 21, 23, tzinfo=UTC)
    return plan_of(file, Assumptions.model_validate(frozen(whole), context={}), {}, Stretch(start, 0, 6, 1))


@settings(max_examples=8, deadline=None)
@given(a_service(), st.integers(0, 1000))
def test_the_machine_goes_where_flow_goes(service: Service, seed: int) -> None:
    people, wrong = all_differences(service, seed)
    assert people > 60
    assert wrong == []


RULES = (
    "age >= 80 and sex = 'female'",
    "age between 60 and 70",
    "age in (71, 75) or sex = 'male' and age < 30",
    "age is null",
    "how_frail = 'very' and age > 64",
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(RULES), min_size=1, unique=True),
    st.sampled_from([None, *SPREADS, {"kind": "triangular", "low": 20.0, "mode": 79.5, "high": 99.0}]),
    st.sampled_from([None, 0.0, 0.6]),
)
def test_whoever_comes_goes_by_their_age_and_sex_where_flow_sends_them(
    rules: list[str], age: dict[str, Any] | None, female: float | None
) -> None:
    """Whoever is frailer the older they are, and is sent by what they are."""
    last = f"way{len(rules)}"
    steps: dict[str, Any] = {
        "look": {
            "by": "helper",
            "asks": ["how_frail"],
            "next": [*({"when": rule, "to": f"way{n}"} for n, rule in enumerate(rules)), {"to": last}],
        }
    }
    steps |= {f"way{n}": {"by": "helper", "next": "out"} for n in range(len(rules) + 1)}
    frailty = {"label": "How frail?", "kind": "choice", "of": {"little": "A little", "very": "Very"}}
    asked = {"how_frail": frailty | {"source": {"cites": "tests"}}}
    file = file_of(steps, {"helper": resource()}, questions=asked)
    by_age = {"when": "age >= 75", "shares": {"little": 0.2, "very": 0.8}}
    frail = {"how_frail": {"cases": [by_age], "shares": {"little": 0.9, "very": 0.1}}}
    who = {name: value for name, value in (("age", age), ("female", female)) if value is not None}
    minutes = dict.fromkeys(steps, SPREADS[1])
    found = assumed(6, minutes, {"helper": 40.0}, who=who, questions=asked, answers=frail)
    tested = service(file, found, days=2, warm_up=0)
    assert all((one.events[0].age is None) == (age is None) for one in told(tested))
    assert all_differences(tested)[1] == []


def test_nobody_is_there_before_they_arrive_however_short_the_visit() -> None:
    """Who is on the way when the run ends, or when somebody dies, has not arrived."""
    steps = {"visit": {"by": "helper", "visit": True, "clock": "there", "next": [{"to": "out"}]}}
    clocks = {"there": {"start": "received", "stop": "visit.arrived", "within": "PT2H"}}
    file = file_of(steps, {"helper": resource()}, clocks=clocks, ends={"died": {"from": "any"}})
    minutes = {"visit": {"kind": "fixed", "value": 0.0}}
    ends = {"line": {"died": {"share": 0.5, "after_days": {"kind": "uniform", "low": 0.0, "high": 0.5}}}}
    found = assumed(2, minutes, {"helper": 40.0}, ends=ends)
    on_the_way = frozen({"minutes": minutes["visit"], "travel": {"kind": "uniform", "low": 60.0, "high": 1500.0}})
    line = dict(found.steps["line"]) | {"visit": type(found.steps["line"]["visit"]).model_validate(on_the_way)}
    people, wrong = all_differences(
        service(file, found.model_copy(update={"steps": {"line": line}}), days=3, warm_up=0)
    )
    assert people > 60
    assert wrong == []


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_service_is_walked_by_flow_step_for_step(name: str) -> None:
    blueprint = read(name)
    stretch = Stretch(datetime(2026, 10, 10, 23, tzinfo=UTC), 0, 25, 0)
    service = plan_of(blueprint.pathways, blueprint.simulate.under(), blueprint.plans.visits, stretch)
    people, wrong = all_differences(service)
    assert people > 60
    assert wrong == []


def test_a_shorter_promise_is_shorter_live_and_in_the_simulation(tmp_path: Path) -> None:
    before = read("frail-older-people")
    folder = tmp_path / "changed"
    copytree(Path(shipped()["frail-older-people"]), folder)
    file = folder / "pathways.yaml"
    text = file.read_text("utf-8")
    assert "within: PT30M" in text
    file.write_text(text.replace("within: PT30M", "within: PT25M"), "utf-8")
    after = read(folder)
    assert due(before) - due(after) == timedelta(minutes=5)
    assert kept(before) > kept(after) + 0.1


def due(blueprint: Blueprint) -> datetime:
    """When the hub would say that the promise of a decision falls due."""
    flow = Flow.of(blueprint.pathways, next(iter(blueprint.pathways.pathways)))
    entry = flow.pathway.entry
    state = begin(flow, Received(MONDAY, next(iter(entry.origins)), next(iter(entry.by))))
    found = deadlines(flow, state, MONDAY)
    return next(one.at for one in found if one.kind == "breach" and one.of == "time_to_decision")


def kept(blueprint: Blueprint) -> float:
    """For how many the simulation keeps it."""
    service = service_of(blueprint, days=14)
    number = next(n for n, (_, clock) in enumerate(service.names.clocks) if clock.id == "time_to_decision")
    stopped, late = replicate(service, 1).tallies.clocks[0, number, :2]
    return float(stopped / (stopped + late))


def test_the_same_person_has_the_same_luck_in_every_scenario() -> None:
    """Common random numbers: who comes when, and what becomes of them, hangs on nobody else."""
    blueprint = read("frail-older-people")
    plain, other = (told(service_of(blueprint, scenario, 10)) for scenario in (None, "no_night_cover"))
    first, second = ([one.events[0] for one in some] for some in (plain, other))
    assert first == second
    ended = [(a.end, b.end) for a, b in zip(plain, other, strict=True) if a.end and b.end]
    assert len(ended) > 300
    assert np.mean([a == b for a, b in ended]) == 1
