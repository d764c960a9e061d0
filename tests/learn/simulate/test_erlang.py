"""Waiting by formula, against the sums and chains that the formulas stand for."""

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as some

from vanguard.cli import cli
from vanguard.errors import BadInput
from vanguard.learn.simulate import Line, waiting


def line(calls: float, minutes: float, servers: int, target: float = 1, patience: float | None = None) -> Line:
    return Line(
        Decimal(str(calls)),
        Decimal(str(minutes)),
        servers,
        Decimal(str(target)),
        None if patience is None else Decimal(str(patience)),
    )


def asked(*arguments: str) -> dict[str, float]:
    answer = CliRunner().invoke(cli, ["erlang", "--json", *arguments])
    assert answer.exit_code == 0, answer.output
    result: dict[str, float] = json.loads(answer.output)
    return result


@given(servers=some.integers(1, 60), use=some.integers(1, 999), minutes=some.integers(1, 90))
def test_without_patience_the_wait_is_the_sum_over_every_number_of_callers(
    servers: int, use: int, minutes: int
) -> None:
    calls = Fraction(use, 1000) * servers * 60 / minutes
    found = waiting(Line(Decimal(calls.numerator) / calls.denominator, Decimal(minutes), servers, Decimal(2)))
    load = Fraction(use, 1000) * servers
    queued = load**servers / math.factorial(servers) / (1 - load / servers)
    p_wait = queued / (sum(load**k / math.factorial(k) for k in range(servers)) + queued)
    assert float(found.p_wait) == pytest.approx(float(p_wait), rel=1e-12)
    assert float(found.mean_wait or 0) == pytest.approx(float(p_wait * minutes / (servers - load)), rel=1e-12)
    late = float(p_wait) * math.exp(-2 * float(servers - load) / minutes)
    assert float(found.service_level) == pytest.approx(1 - late, rel=1e-12)
    assert float(found.utilisation) == pytest.approx(use / 1000, rel=1e-12)


@given(
    servers=some.integers(1, 12),
    calls=some.integers(1, 120),
    minutes=some.integers(1, 12),
    patience=some.integers(1, 15),
    target=some.integers(0, 8),
)
@settings(max_examples=60)
def test_with_patience_the_wait_is_that_of_the_chain_of_callers(
    servers: int, calls: int, minutes: int, patience: int, target: int
) -> None:
    found = waiting(line(calls, minutes, servers, target, patience))
    most = 160  # callers in the line, after which hardly anybody comes to be
    come, finish, give_up = calls / 60, 1 / minutes, 1 / patience
    weight = [1.0]
    for k in range(1, most + 1):
        weight.append(weight[-1] * come / (min(k, servers) * finish + max(k - servers, 0) * give_up))
    there = np.array(weight) / sum(weight)
    queue = sum(there[k] * (k - servers) for k in range(servers, most + 1))
    assert float(found.p_wait) == pytest.approx(there[servers:].sum(), rel=1e-9)
    assert float(found.p_abandon or 0) == pytest.approx(give_up * queue / come, rel=1e-8)
    assert float(found.mean_wait or 0) == pytest.approx(queue / come, rel=1e-8)
    # A caller with k others before them moves up as these are answered or give up, and may give up too.
    depth = most - servers + 1
    moves = np.zeros((depth + 1, depth + 1))
    for k in range(depth):
        ahead = servers * finish + k * give_up
        moves[k, k] = -(ahead + give_up)
        moves[k, k - 1 if k else depth] += ahead
    waits = np.append(there[servers:], 0.0)
    for _ in range(target):
        waits = a_minute_later(moves, waits)
    answered = there[:servers].sum() + waits[depth]
    assert float(found.service_level) == pytest.approx(answered, rel=1e-8)


def a_minute_later(moves: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Where a chain with these rates is then: the mean over the Poisson number of its steps."""
    fastest = -moves.diagonal().min()
    step = np.eye(len(moves)) + moves / fastest
    weight, found, there = math.exp(-fastest), np.zeros_like(start), start
    for number in range(1, int(fastest + 12 * math.sqrt(fastest) + 30)):
        found, there = found + weight * there, there @ step
        weight *= fastest / number
    return found


def test_values_of_the_published_formula_are_met_to_the_last_digit_of_a_float() -> None:
    # Two servers at half load: C = 1/3, a textbook fraction.
    assert asked("--arrivals-per-hour", "10", "--minutes", "6", "--servers", "2", "--target-minutes", "0") == {
        "p_wait": 1 / 3,
        "mean_wait_minutes": 2.0,
        "service_level": 2 / 3,
        "utilisation": 0.5,
    }


def test_one_who_answers_and_patience_as_long_as_a_call_leave_as_many_as_a_poisson_line() -> None:
    # With patience equal to the call's length every caller leaves at one rate: the number in the line is Poisson(1).
    found = waiting(line(10, 6, 1, 0, 6))
    assert float(found.p_wait) == pytest.approx(1 - math.exp(-1), rel=1e-15)
    assert float(found.p_abandon or 0) == pytest.approx(math.exp(-1), rel=1e-15)
    assert float(found.utilisation) == pytest.approx(1 - math.exp(-1), rel=1e-15)


def test_endless_patience_comes_to_the_line_without_it() -> None:
    patient, endless = waiting(line(55, 4, 5, 2, 1e9)), waiting(line(55, 4, 5, 2))
    assert float(patient.mean_wait or 0) == pytest.approx(float(endless.mean_wait or 0), rel=1e-6)
    assert float(patient.service_level) == pytest.approx(float(endless.service_level), rel=1e-6)


# Worked out apart with mpmath 1.4 in 80 digits: what stands below from the incomplete gamma function, the waits by
# quadrature of the density of the wait offered, so by other ways than ours.
# Calls an hour, minutes, who answer, target, patience; p_wait, mean_wait, service_level, p_abandon.
VECTORS = [
    (("119.9", "5", 10, "0.5", None),
     ("0.99695217991982385956731059265991142914587", "598.17130795189431574038635559594685748752",
      "0.0038782674956279231237930171537106285622954", None)),
    (("120", "0.01", 1, "0", None),
     ("0.020000000000000000000000000000000000000000", "0.00020408163265306122448979591836734693877551",
      "0.98000000000000000000000000000000000000000", None)),
    (("0.000001", "1", 2, "1", None),
     ("1.3888888773148149112654312950102947638031e-16", "6.9444444444444449266975308641975643539952e-17",
      "0.99999999999999998120343272716573218554785", None)),
    (("599999", "1", 10000, "0.1", None),
     ("0.99979168375422533798588370956959357545876", "59.987501025253520279153022574175614527526",
      "0.0018732478902604736127494647241211981553182", None)),
    (("100", "6", 8, "2", "5"),
     ("0.75427731195102733418787857161061114527840", "1.2568303155558478507984550335824757959772",
      "0.56023260646615916522872264066963971254026", "0.25136606311116957015969100671649515919544")),
    (("120", "5", 10, "0", "1000"),
     ("0.93904294751914432780001751730176969090381", "16.653950971778710100488527140081075521809",
      "0.060957052480855672199982482698230309096188", "0.016653950971778710100488527140081075521809")),
    (("600", "5", 10, "1", "0.001"),
     ("0.80628007833564674798172988157388585461096", "0.00080467873293371306635901033758082269330603",
      "0.19532126706628693364098966241917730669397", "0.80467873293371306635901033758082269330603")),
    (("599999", "1", 10000, "0.1", "3"),
     ("0.63486258243003486573260152152974124108973", "0.0087590314471949907464797543828649245398731",
      "0.99708031704914971753051588408188587784694", "0.0029196771490649969154932514609549748466244")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), VECTORS)
def test_forty_digits_are_those_that_other_ways_come_to(
    given: tuple[str, str, int, str, str | None], expected: tuple[str | None, ...]
) -> None:
    calls, minutes, servers, target, patience = given
    found = waiting(
        Line(
            Decimal(calls), Decimal(minutes), servers, Decimal(target), None if patience is None else Decimal(patience)
        )
    )
    for ours, theirs in zip(
        (found.p_wait, found.mean_wait, found.service_level, found.p_abandon), expected, strict=True
    ):
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            assert abs(ours - Decimal(theirs)) <= abs(Decimal(theirs)) * Decimal("1e-39")


def test_a_machine_is_told_forty_digits() -> None:
    (calls, minutes, servers, target, patience), expected = VECTORS[-1]
    given = ["--arrivals-per-hour", calls, "--minutes", minutes, "--servers", str(servers), "--target-minutes", target]
    answer = CliRunner().invoke(cli, ["erlang", "--json", *given, "--patience", str(patience)])
    told = json.loads(answer.output, parse_float=Decimal)
    names = ("p_wait", "mean_wait_minutes", "service_level", "p_abandon")
    for name, wanted in zip(names, expected, strict=True):
        assert abs(told[name] - Decimal(str(wanted))) <= Decimal(str(wanted)) * Decimal("2e-39"), name


def test_where_patience_is_endless_and_calls_too_many_as_many_give_up_as_cannot_be_answered() -> None:
    """110 calls a minute for 100 that can be answered: one in eleven gives up, once waits are long enough for that."""
    tiny = Fraction(1, 10**70)
    found = waiting(line(6600, 1, 100, 1e10, 1e12))
    assert (found.p_wait, found.utilisation, found.service_level) == (1, 1, 0)
    assert found.p_abandon is not None and abs(Fraction(found.p_abandon) - Fraction(1, 11)) < tiny
    assert found.mean_wait is not None and abs(Fraction(found.mean_wait) / 10**12 - Fraction(1, 11)) < tiny
    # The wait is about the patience times the logarithm of 1.1.
    late = waiting(line(6600, 1, 100, 1e11, 1e12)).service_level
    assert abs(Fraction(late) - Fraction(10, 11)) < tiny
    # Summed up to the end where that is not too long, it comes to the same.
    summed = waiting(line(6600, 1, 100, 1, 30_000)).p_abandon
    assert summed is not None and abs(Fraction(summed) - Fraction(1, 11)) < tiny


def test_rare_waits_keep_their_digits() -> None:
    found = waiting(line(60, 1, 200, 0))
    # 1 / 200! at a load of one erlang, but for the few callers that others meet.
    expected = Fraction(1, math.factorial(200)) / (1 - Fraction(1, 200))
    assert float(found.p_wait) == pytest.approx(float(expected) / math.e, rel=1e-12)


def test_a_line_with_too_many_calls_says_so_and_when_a_wait_passes_a_day() -> None:
    found = asked("--arrivals-per-hour", "30", "--minutes", "4", "--servers", "1", "--target-minutes", "1")
    assert (found["p_wait"], found["mean_wait_minutes"], found["service_level"]) == (1, None, 0)
    # Of two minutes of work that come in each minute one is done: after a day a day's work waits.
    assert found["wait_passes_a_day_after_hours"] == 24
    assert "grows without end" in str(found["warning"])
    just = asked("--arrivals-per-hour", "15", "--minutes", "4", "--servers", "1", "--target-minutes", "1")
    assert just["mean_wait_minutes"] is None and just["wait_passes_a_day_after_hours"] is None


def test_too_many_calls_for_those_who_answer_settle_where_callers_give_up() -> None:
    found = waiting(line(600, 5, 10, 1, 2))
    # Nearly everybody waits, all are always busy, and who is not served gives up: 10 busy of 50 erlangs.
    assert float(found.p_wait) > 0.9999
    assert float(found.p_abandon or 0) == pytest.approx(0.8, rel=1e-6)


def test_nobody_rings() -> None:
    assert waiting(line(0, 5, 1, 1, 2)).p_abandon == 0
    assert waiting(line(0, 5, 1)).service_level == 1


@pytest.mark.parametrize(
    "given", [(-1, 5, 1, 1, None), (1, 0, 1, 1, None), (1, 5, 0, 1, None), (1, 5, 1, -1, None), (1, 5, 1, 1, 0)]
)
def test_a_line_that_cannot_be_is_refused(given: tuple[float, float, int, float, float | None]) -> None:
    with pytest.raises(BadInput):
        waiting(line(*given))


@pytest.mark.parametrize("word", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_refused_in_a_sentence(word: str) -> None:
    with pytest.raises(BadInput, match="cannot be"):
        waiting(Line(Decimal(word), Decimal(5), 1, Decimal(1)))


@given(
    calls=some.floats(1e-300, 1e4),
    minutes=some.floats(1e-3, 1e4),
    servers=some.integers(1, 300),
    target=some.floats(0, 1e5),
    patience=some.none() | some.floats(1e-3, 1e3),
)
@settings(max_examples=25)
def test_every_line_has_an_answer_that_can_be(
    calls: float, minutes: float, servers: int, target: float, patience: float | None
) -> None:
    found = waiting(line(calls, minutes, servers, target, patience))
    for share in (found.p_wait, found.service_level, found.utilisation, found.p_abandon or Decimal(0)):
        assert 0 <= float(share) <= 1
    assert found.mean_wait is None or found.mean_wait >= 0
    assert float(found.service_level) >= 1 - float(found.p_wait) - 1e-12


def test_ten_thousand_who_answer_hardly_any_call() -> None:
    assert float(waiting(line(1e-300, 1, 10_000, 1, 1)).p_wait) == 0
