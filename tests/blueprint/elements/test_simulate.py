"""A scenario changes what it names and nothing else."""

from tests.blueprint.owls import OWLS, copy

from vanguard.blueprint import read


def test_without_a_scenario_the_assumptions_stand():
    simulate = read(OWLS).simulate
    assert simulate.under().arrivals == simulate.arrivals
    assert simulate.under().steps["call"]["take"].minutes.mean == 8


def test_a_scenario_lies_over_the_assumptions():
    assumed = read(OWLS).simulate.under("full_moon")
    assert assumed.arrivals["call"].per_year == 20000
    assert dict(assumed.arrivals["call"].origins) == {"neighbour": 0.25, "self": 0.75}
    assert assumed.staff["caller"].number == 5
    assert assumed.beds["bed"].number == 4
    assert assumed.answers["speed"].shares["soon"] == 0.4


def test_shares_and_distributions_count_as_a_whole(tmp_path):
    more = "staff: {caller: {number: 5}}\n      answers: {speed: {shares: {soon: 1}}}\n"
    more += "      steps: {call: {take: {minutes: {kind: fixed, value: 5}}}}"
    folder = copy(tmp_path / "owls", ("simulate.yaml", "staff: {caller: {number: 5}}", more))
    assumed = read(folder).simulate.under("full_moon")
    assert dict(assumed.answers["speed"].shares) == {"soon": 1}
    assert dict(assumed.steps["call"]["take"].minutes) == {"kind": "fixed", "value": 5}
    assert assumed.steps["call"]["go"].travel.value == 20


def test_one_wait_takes_the_place_of_those_by_promise(tmp_path):
    """Unless a scenario says by promise too: then only what it names is otherwise."""
    base = "travel: {kind: fixed, value: 20}, wait_hours_by: {soon: {kind: fixed, value: 2}}"
    one = "      steps: {call: {go: {wait_hours: {kind: fixed, value: 9}}}}"
    both = one.replace("}}}}", "}, wait_hours_by: {soon: {kind: fixed, value: 3}}}}}")
    for more, by in ((one, {}), (both, {"soon": 3})):
        changes = ("travel: {kind: fixed, value: 20}", base), ("staff: {caller: {number: 5}}", "beds: {}\n" + more)
        folder = copy(tmp_path / f"owls{len(by)}", *(("simulate.yaml", *change) for change in changes))
        go = read(folder).simulate.under("full_moon").steps["call"]["go"]
        assert go.wait_hours.value == 9
        assert {clock: wait.value for clock, wait in go.wait_hours_by.items()} == by
