"""A synthetic place's own lake, counted and simulated: its last year comes out as it was."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from tests.learn.simulate.population.places import population

from vanguard.blueprint import Population, read
from vanguard.errors import BadInput
from vanguard.know import timeline
from vanguard.know.identity import link
from vanguard.know.intake import load
from vanguard.know.population import build
from vanguard.lake import Lake
from vanguard.learn.simulate.population import Model, measured, observe
from vanguard.learn.simulate.population.observed import Observed
from vanguard.learn.simulate.population.plan import stated, ways_of
from vanguard.learn.simulate.population.run import Years, replicate
from vanguard.synth import make_place, read_disorder

UNTIL = date(2018, 8, 6)
NOW = datetime(2018, 8, 6, 9, tzinfo=UTC)
PEOPLE, RUNS = 2500, 60


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("made")
    make_place(PEOPLE, 4, UNTIL, folder / "extracts", months=20, disorder=read_disorder("none"))
    lake = Lake(folder / "place")
    load(lake, folder / "extracts", NOW)
    link(lake, NOW)
    timeline.build(lake, NOW)
    build(lake, [], date(2018, 7, 31), NOW)
    return lake


@pytest.fixture(scope="module")
def county() -> Population:
    found = read("frail-older-people").simulate.population
    assert found is not None
    return found


@pytest.fixture(scope="module")
def seen(lake: Lake, county: Population) -> Observed:
    return observe(lake, county)


def a_year(model: Model) -> Years:
    opened = [change for change in model.population.changes.values() if change.kind == "people"]
    return replicate(model, opened, years=1, replications=RUNS)


def counted(seen: Observed, county: Population) -> dict[str, tuple[int, int]]:
    """By place of care: how often being there began, without those who came back, and the nights."""
    states, origins = seen.ways.state_of, seen.ways.origins
    moves = seen.moves.sum(axis=(0, 1, 2))
    nights = seen.nights.sum(axis=(0, 1, 2))
    found = {
        id: (
            sum(int(moves[n, to]) for to in np.flatnonzero(states == state) for n in range(len(states))
                if origins[n] != state),
            int(nights[states == state].sum()),
        )
        for state, id in enumerate(list(county.places)[:-1])
    }  # fmt: skip
    return found | {list(county.places)[-1]: (int(moves[:, -1].sum()), 0)}


def test_everyone_in_the_lake_is_somewhere_every_night(lake: Lake, seen: Observed) -> None:
    with lake.connect(only=["person_period", "person"]) as con:
        registered = con.execute(
            'SELECT count(DISTINCT person_id) FROM person_period JOIN person USING (person_id) WHERE start <= $day '
            'AND ("end" IS NULL OR "end" > $day) AND (death_date IS NULL OR death_date > $day) '
            "AND birth_date IS NOT NULL",
            {"day": date(2018, 7, 31)},
        ).fetchall()[0][0]  # fmt: skip
    assert seen.at_last.sum() == registered
    after = seen.at_first.sum() + seen.born + seen.came.sum() - seen.went.sum() - seen.moves[..., -1].sum()
    assert seen.at_last.sum() == after
    assert (seen.nights >= 0).all()


def test_the_year_that_was_looked_at_comes_out_again(seen: Observed, county: Population) -> None:
    """What was counted lies within what 95 in 100 replications come to, widened so that all comparisons together
    would fail about once in a hundred places; and a rate that is wrong by half would be found out."""
    run = a_year(measured(county, seen, from_start=True))
    truth = counted(seen, county)
    off = {}
    for state, id in enumerate(county.places):
        for what, values, wanted in (
            ("begun", run.begun[:, 0, state].sum(axis=(1, 2)), truth[id][0]),
            ("nights", run.nights[:, 0, state].sum(axis=(1, 2)), truth[id][1]),
        ):
            if wanted and abs(values.mean() - wanted) > 3.2 * values.std(ddof=1):
                off[id, what] = (wanted, values.mean(), values.std(ddof=1))
    assert off == {}
    busiest = int(np.argmax([truth[id][0] for id in county.places]))
    values = run.begun[:, 0, busiest].sum(axis=(1, 2))
    assert abs(values.mean() - 1.5 * truth[list(county.places)[busiest]][0]) > 3.2 * values.std(ddof=1)
    people = run.stand.sum(axis=(1, 2, 3, 4, 5))
    assert abs(people.mean() - seen.at_last.sum()) < 4 * people.std(ddof=1)


def test_each_locality_comes_out_as_it_was(seen: Observed, county: Population) -> None:
    run = a_year(measured(county, seen, from_start=True))
    states, moves = seen.ways.state_of, seen.moves.sum(axis=(1, 2))
    off = {}
    for at in range(len(seen.localities)):
        for state, id in enumerate(list(county.places)[:-1]):
            truth = sum(
                int(moves[at, n, to]) for to in np.flatnonzero(states == state) for n in range(len(states))
                if seen.ways.origins[n] != state
            )  # fmt: skip
            values = run.begun[:, 0, state, at].sum(axis=1)
            # A locality is drawn a little to all, and so may lie by a fifth nearer to them.
            if truth and abs(values.mean() - truth) > 3.5 * values.std(ddof=1) + 0.2 * truth:
                off[at, id] = (truth, values.mean())
    assert off == {}


def test_the_need_of_those_who_died_is_known(seen: Observed) -> None:
    died = seen.moves[..., -1].sum(axis=(0, 1, 3))
    assert died[:-1].sum() > 10 and died[-1] <= 0.1 * died.sum()
    by_need = died[:-1] / seen.nights[:, :, :-1].sum(axis=(0, 1, 3))
    assert by_need[0] < by_need[-1], "whoever has several conditions dies more often"


def test_rates_are_by_locality_age_and_need_as_they_were_counted() -> None:
    made = population()
    ways = ways_of(made)
    ward = ways.number(list(made.places).index("ward"), 0)
    stated_ = stated(made, ways)[:, :, 0, list(made.places["lane"].moves).index("ward")]
    true = 1.5 * stated_ * np.array([0.7, 1.4])[:, None, None] * np.array([1.0, 2.5])[None, None, :]

    def found(nights: int) -> np.ndarray:
        moves = np.zeros((2, 2, 3, len(ways.state_of), len(ways.state_of) + 1), np.int64)
        moves[:, :, :2, 0, ward] = np.random.default_rng(5).poisson(nights * true)
        stood = np.full((2, 2, 3, len(ways.state_of)), 100)
        at_risk = np.full((2, 2, 3, len(ways.state_of)), nights)
        at_risk[:, :, 2] = 0
        none = np.zeros(2, np.int64)
        year = Observed(
            ways, date(2018, 1, 1), {"hill": "Hill", "dale": "Dale"}, moves, at_risk, stood, stood, 0, none, none
        )
        model = measured(made, year)
        [way] = np.flatnonzero(model.ways.targets[0] == ward)
        rates: np.ndarray = model.daily[:, :, :, 0, way]
        return rates

    assert np.allclose(found(10_000_000) / true, 1.0, atol=0.06)
    # Of a handful nothing is believed about one locality or one need beside another.
    few = found(300) / stated_
    assert np.allclose(few / few.mean(), 1.0, atol=0.35)


def test_a_larger_place_like_this_one(seen: Observed, county: Population) -> None:
    model = measured(county, seen, 100_000)
    assert model.count.sum() == 100_000
    shares = seen.at_last.sum(axis=(0, 2, 3)) / seen.at_last.sum()
    assert np.allclose(model.count.sum(axis=(0, 2, 3)) / 100_000, shares, atol=1e-4)
    grown = a_year(model).begun[:, 0, -1].sum(axis=(1, 2)).mean()
    same = a_year(measured(county, seen)).begun[:, 0, -1].sum(axis=(1, 2)).mean()
    assert grown / same == pytest.approx(100_000 / seen.at_last.sum(), rel=0.25)


def test_a_lake_without_people_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="knows no people yet"):
        observe(Lake(tmp_path), population())
