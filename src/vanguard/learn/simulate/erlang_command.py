"""`vanguard erlang`: how long callers wait, by formula, without what the simulation of a whole service needs."""

from decimal import Decimal, InvalidOperation
from typing import Any

import click
import orjson

from vanguard.console import json_option, report
from vanguard.learn.simulate.erlang import Line, Waiting, waiting

LEAST_TOLD = Decimal("0.001")
DIGITS_TOLD = 40


class Number(click.ParamType[Decimal]):
    """A decimal number as it was typed, without the rounding of a float."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value} is not a number.", param, ctx)


@click.command()
@click.option("--arrivals-per-hour", "arrivals", type=Number(), required=True, help="Calls that come in an hour.")
@click.option("--minutes", type=Number(), required=True, help="How long a call takes on average, in minutes.")
@click.option("--servers", type=int, required=True, help="How many people answer.")
@click.option("--target-minutes", "target", type=Number(), required=True, help="The wait to be kept to, in minutes.")
@click.option("--patience", type=Number(), help="Minutes after which a caller gives up, on average; without it nobody.")
@json_option
def erlang(
    arrivals: Decimal, minutes: Decimal, servers: int, target: Decimal, patience: Decimal | None, as_json: bool
) -> None:
    """How long callers wait for somebody to answer: Erlang C, or Erlang A where they have patience to lose."""
    line = Line(arrivals, minutes, servers, target, patience)
    found = waiting(line)
    report(_machine(found), as_json=as_json, words=_words(line, found))


def _machine(found: Waiting) -> dict[str, Any]:
    result: dict[str, Any] = {
        "p_wait": _exactly(found.p_wait),
        "mean_wait_minutes": _exactly(found.mean_wait),
        "service_level": _exactly(found.service_level),
        "utilisation": _exactly(found.utilisation),
    }
    if found.p_abandon is not None:
        result["p_abandon"] = _exactly(found.p_abandon)
    if found.mean_wait is None:
        result["warning"] = _never_settles(found)
        result["wait_passes_a_day_after_hours"] = _exactly(found.a_day_after)
    return result


def _exactly(number: Decimal | None) -> orjson.Fragment | None:
    """A number of JSON with more digits than a float has: whoever reads floats gets the nearest."""
    if number is None:
        return None
    told = f"{number:.{DIGITS_TOLD}g}" if number else "0.0"
    return orjson.Fragment(f"{told}.0" if told.isdigit() else told)


def _words(line: Line, found: Waiting) -> str:
    if found.mean_wait is None:
        return _never_settles(found)
    lines = [
        f"{_percent(found.p_wait)} of callers find nobody free.",
        f"Callers wait {_few(found.mean_wait)} minutes on average, those who are answered at once included.",
        f"{_percent(found.service_level)} are answered within {_minutes(line.target)} of ringing.",
        f"Those who answer are busy {_percent(found.utilisation)} of their time.",
    ]
    if found.p_abandon is not None:
        lines.append(f"{_percent(found.p_abandon)} give up before they are answered.")
    return "\n".join(lines)


def _never_settles(found: Waiting) -> str:
    if found.a_day_after is None:
        return "As many calls come as can be answered, so the queue grows without end, ever more slowly."
    return (
        "More calls come than can be answered, so the queue grows without end: after "
        f"{_few(found.a_day_after)} hours a caller would wait for a day. More people are needed, or shorter calls."
    )


def _percent(share: Decimal) -> str:
    return f"{100 * share:.1f}%"


def _few(number: Decimal) -> str:
    if number < LEAST_TOLD:
        return f"less than {LEAST_TOLD}" if number else "0"
    return f"{number:,.1f}" if number >= 10 else f"{number:.2g}" if number < Decimal("0.1") else f"{number:.2f}"


def _minutes(number: Decimal) -> str:
    return f"{number:,f} minute{'' if number == 1 else 's'}"
