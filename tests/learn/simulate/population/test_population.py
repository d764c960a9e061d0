"""Years of a whole place: nobody is lost, parts sum to the whole, and what comes out is what was put in."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from tests.learn.simulate.population.places import population

from vanguard.blueprint import BadBlueprint, read, shipped
from vanguard.cli import cli
from vanguard.learn.simulate.population import chain, model_of
from vanguard.learn.simulate.population.causes import changes_of
from vanguard.learn.simulate.population.findings import begun, findings, measures, nights
from vanguard.learn.simulate.population.kernel import binomial
from vanguard.learn.simulate.population.run import replicate

ONE = "frail-older-people"
UNIT = st.floats(1e-6, 1 - 1e-6)
Place = tuple[Path, dict[str, Any]]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200_000), st.floats(0, 1), UNIT)
def test_numbers_are_quantiles_of_the_binomial(number: int, p: float, u: float) -> None:
    found = binomial(number, p, u)
    assert 0 <= found <= number
    if number and 0 < p < 1:
        # Rounding moves the quantile by no more than a millionth of chance; beyond the mean of 25 by one person.
        near = 1 if number * min(p, 1 - p) >= 25 else 0
        least, most = binom.ppf(max(u - 1e-9, 0), number, p), binom.ppf(min(u + 1e-9, 1), number, p)
        assert least - near <= found <= most + near


def test_more_likely_or_more_people_is_never_fewer() -> None:
    chance = np.random.default_rng(1)
    for number, p, u in zip(chance.integers(1, 5000, 500), chance.random(500) * 0.4, chance.random(500), strict=True):
        assert binomial(int(number), p * 0.8, u) <= binomial(int(number), p, u) + 1
        assert binomial(int(number), p, u) <= binomial(int(number * 1.3), p, u) + 1


@settings(max_examples=12, deadline=None)
@given(
    people=st.integers(1, 3000),
    seed=st.integers(0, 2**32),
    moves=st.floats(0.0, 60.0),
    stay=st.floats(1.0, 400.0),
    births=st.floats(0.0, 80.0),
    goes=st.floats(0.0, 900.0),
    changes=st.sets(st.sampled_from(["time", "illness", "fewer", "shorter"])),
)
def test_everybody_is_somewhere(
    people: int, seed: int, moves: float, stay: float, births: float, goes: float, changes: set[str]
) -> None:
    """Whatever happens, those before, and who is born or comes, are those after, and who died or left."""
    made = population(births_per_1000=births, goes_per_1000={"young": goes})
    places = dict(made.places)
    lane = {**places["lane"].moves, "ward": places["lane"].moves["ward"].model_copy(update={"per_year": moves})}
    places["lane"] = places["lane"].model_copy(update={"moves": lane})
    places["ward"] = places["ward"].model_copy(update={"stays_days": stay})
    model = model_of(made.model_copy(update={"places": places}), people)
    found = replicate(model, [made.changes[id] for id in sorted(changes)], years=2, replications=2, seed=seed)
    born, came, died, left = np.moveaxis(found.flows.sum(axis=3), 2, 0)
    after = found.stand.sum(axis=(2, 3, 4, 5))
    before = np.column_stack([np.full(2, people), after[:, :-1]])
    assert (after == before + born + came - died - left).all()
    assert (found.stand >= 0).all()
    assert (found.begun[:, :, -1].sum(axis=(2, 3)) == died).all()
    if "time" not in changes:
        assert (after == people).all()
        # People stay in their locality, age and need.
        assert (found.stand.sum(axis=5) == model.count.sum(axis=3)[None, None]).all()


@pytest.fixture(scope="module")
def plan() -> Any:
    return chain(model_of(population()), "plan", years=3, replications=30, seed=3)


def test_a_place_in_which_nothing_changes_stays_as_it_is(plan: Any) -> None:
    """Over 30 replications the nights at each place are those of the settled shares: the moves of a day are right."""
    settled = plan.nothing_changes.model.count.sum(axis=(0, 1, 2))
    ways = plan.nothing_changes.model.ways
    for state in range(3):
        wanted = settled[ways.state_of == state].sum() * 365
        found = nights(plan.nothing_changes, state).mean(axis=1)
        assert abs(found.mean() - wanted) < 4.5 * found.std(ddof=1) / np.sqrt(30) + 365 * 2
    # A stay lasts eight nights less what death takes: by Little's law nights over stays begun.
    stay = nights(plan.nothing_changes, 2).sum() / begun(plan.nothing_changes, 2).sum()
    assert stay == pytest.approx(1 / (1 / 8 + 1 / 365), rel=0.01)


def test_the_parts_of_the_causes_sum_to_the_whole(plan: Any) -> None:
    assert [change.id for change in plan.changes] == ["time", "illness", "fewer", "shorter"]
    for measure in measures(plan.whole):
        parts = [part for _, part in plan.parts(measure.of)]
        whole = measure.of(plan.whole) - measure.of(plan.nothing_changes)
        if measure.what == "staff":  # people times shares of a person
            assert np.allclose(sum(parts), whole)
        else:
            assert (sum(parts) == whole).all()
    rows = [row for row in findings(plan, "plan")["causes"] if (row["what"], row["id"], row["year"])
            == ("pounds", "all", 2017)]  # fmt: skip
    assert sum(row["mean"] for row in rows[:-1]) == pytest.approx(rows[-1]["mean"])


def test_each_effect_is_what_was_stated(plan: Any) -> None:
    """Luck is shared, so what a change does is seen without noise: in every single replication."""
    added = {change.id: part for change, part in plan.parts(lambda run: begun(run, 2))}
    assert (added["fewer"] < 0).all()
    old = [run.begun[:, :, 2, :, 1].sum(axis=2) for run in plan.runs[2:4]]
    fewer = (old[1] / old[0]).mean(axis=1)
    assert fewer.mean() == pytest.approx(0.8, abs=0.03)
    assert 0.03 < fewer.std() < 0.09, "how unsure the effect is, is in the interval"
    nights_of_ward = {change.id: part for change, part in plan.parts(lambda run: nights(run, 2))}
    before = nights(plan.runs[3], 2)
    assert (nights_of_ward["shorter"][:, 0] == 0).all(), "it begins in the second year"
    assert (1 + nights_of_ward["shorter"][:, 1:] / before[:, 1:]).mean() == pytest.approx(0.51, abs=0.03)


def test_the_same_seed_gives_the_same_whatever_the_threads() -> None:
    model = model_of(population())
    changes = changes_of(model, "plan")
    one, two = (replicate(model, changes, years=1, replications=3, seed=5, threads=n) for n in (1, 2))
    other = replicate(model, changes, years=1, replications=3, seed=6)
    assert (one.stand == two.stand).all()
    assert (one.begun == two.begun).all()
    assert (one.begun != other.begun).any()


def test_the_county_grows_as_was_published() -> None:
    """Over 65: 16 in 100 in 2015 and 20 in 2025; six in ten more older people with care needs in 20 years."""
    made = read(ONE).simulate.population
    assert made is not None
    found = replicate(model_of(made), changes_of(model_of(made), None), years=10, replications=4)
    ages = found.stand.sum(axis=(2, 4, 5)).mean(axis=0)
    older = [id for id, band in made.ages.items() if band.first >= 65]
    share = ages[:, -len(older) :].sum(axis=1) / ages.sum(axis=1)
    assert found.model.count.sum() == 536_442
    assert share[0] == pytest.approx(0.163, abs=0.004)
    assert share[-1] == pytest.approx(0.20, abs=0.005)
    places = list(made.places)
    cared = sum(
        found.nights[:, :, n, :, -len(older) :].sum(axis=(2, 3)).mean(axis=0)
        for n, id in enumerate(places)
        if made.places[id].pence_a_day and not made.places[id].stays_days
    )
    assert cared[-1] / cared[0] == pytest.approx(1.6 ** (9 / 20), abs=0.06)


def test_the_command_writes_tables_pictures_and_words(tmp_path: Path) -> None:
    options = ["--future", "aligned_team", "--people", "5000", "--years", "2", "--replications", "3"]
    run = CliRunner().invoke(cli, ["population", ONE, *options, "--out", str(tmp_path), "--json"])
    assert run.exception is None, run.output
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert json.loads(run.stdout) == summary
    rows = list(csv.DictReader((tmp_path / "years.csv").open(encoding="utf-8")))
    assert {row["future"] for row in rows} == {"nothing_changes", "do_nothing", "aligned_team"}
    assert {row["what"] for row in rows} == {"people", "begun", "there", "most", "pounds", "staff"}
    assert all(float(row["low"]) <= float(row["high"]) for row in rows)
    assert {row["change"] for row in csv.DictReader((tmp_path / "causes.csv").open())} >= {"whole", "home_sooner"}
    for picture in ("places.svg", "causes.svg"):
        assert (tmp_path / picture).read_text("utf-8").startswith("<svg")
    said = CliRunner().invoke(cli, ["population", ONE, *options, "--out", str(tmp_path)]).stdout
    assert "5,000 people from 2015 to 2016, run 3 times." in said
    assert "All together:" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("back: 0.845", "back: 0.9", "These shares sum to 1.055, not 1."),
        ("stays_days: 17.5", "stays_days: -2", "-2 is not allowed here. It must be at least 1."),
        ("acute_ward: {per_year: 0.6", "acute_word: {per_year: 0.6", "There is no place of care acute_word."),
        ("acute_ward: {per_year: 0.6", "acute_ward: {per_year: -0.6", "-0.6 is not allowed here."),
        ("acute_ward: {per_year: 0.6", "acute_ward: {per_year: 600", "On a day 1.64 times as many people would leave"),
        ("share: 0.39}", "share: 0.49}", "The shares of localities sum to 1.1, not 1."),
        ("then: {living_at_home: 1}", "then: {live_at_home: 1}", "There is no place live_at_home."),
        ("from: 75,", "from: 65,", "The bands are not in order."),
        ("- {from: district_nursing, to: acute_ward}", "- {from: district_nursing, to: team_of_reablement}",
         "Nobody moves from district_nursing to team_of_reablement."),
        ("does: [rapid_response_at_home", "does: [rapid_response", "There is no change rapid_response."),
        ("when: condition_count >= 3", "when: condition_cuont >= 3", "condition_cuont"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    for file in Path(shipped()[ONE]).iterdir():
        text = file.read_text("utf-8")
        if file.name == "simulate.yaml":
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / file.name).write_text(text, "utf-8")
    with pytest.raises(BadBlueprint) as refused:
        read(tmp_path)
    line = next(n for n, text in enumerate((tmp_path / "simulate.yaml").read_text("utf-8").splitlines(), 1)
                if after in text)  # fmt: skip
    assert said in str(refused.value)
    assert "simulate.yaml:" in str(refused.value)
    named = int(str(refused.value).split("simulate.yaml:")[1].split(":")[0])
    assert abs(named - line) <= 12


def test_a_future_that_does_not_exist_is_refused() -> None:
    found = CliRunner().invoke(cli, ["population", ONE, "--future", "aligned_teem", "--out", "x"])
    assert "There is no future aligned_teem" in str(found.exception)
