"""Small services for the tests of the simulation: made as a file would make them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vanguard.blueprint import Assumptions, Pathways
from vanguard.blueprint.elements.answers import vocabulary_of
from vanguard.learn.simulate.plan import Service, plan_of
from vanguard.learn.simulate.plan.timetable import Stretch

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
CITED = {"cites": "tests"}


def resource(calendar: str = "always", **more: Any) -> dict[str, Any]:
    return {
        "label": "Whoever helps",
        "roles": ["helper"],
        "pool": "desk",
        "calendar": calendar,
        "source": CITED,
        **more,
    }


def file_of(
    steps: Mapping[str, Any],
    resources: Mapping[str, Any],
    *,
    clocks: Mapping[str, Any] = {},
    ends: Mapping[str, Any] = {},
    by: Mapping[str, str] | None = None,
    **more: Any,
) -> Pathways:
    """A file of one pathway, `line`, whose first step is the first of these, or `by` channels those that it names."""
    first = next(iter(steps))
    whole = {
        "calendars": {"always": "Mo-Su 00:00-24:00", "day": "Mo-Su 08:00-20:00"},
        "pools": {"desk": {"label": "The desk", "scope": "place"}},
        "resources": dict(resources),
        "pathways": {
            "line": {
                "label": "A line",
                "source": CITED,
                "entry": {"from": {"anyone": "Anyone"}, "by": dict(by or {"phone": first}), "source": CITED},
                "clocks": {id: {"label": id, "source": CITED, **clock} for id, clock in clocks.items()},
                "steps": {id: {"label": id, "source": CITED, **step} for id, step in steps.items()},
                "ends": {id: {"label": id, "source": CITED, **end} for id, end in {"out": {}, **ends}.items()},
            }
        },
        **more,
    }
    return Pathways.model_validate(frozen(whole), context={})


def frozen(value: Any) -> Any:
    """Lists as the tuples that a document has."""
    if isinstance(value, dict):
        return {key: frozen(held) for key, held in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def assumed(
    an_hour: float,
    minutes: Mapping[str, Any],
    staff: Mapping[str, Any],
    *,
    by: Mapping[str, float] | None = None,
    who: Mapping[str, Any] = {},
    questions: Mapping[str, Any] = {},
    **more: Any,
) -> Assumptions:
    """So many arrivals an hour, at any hour, and `who` they are; how long each step takes, and how many staff (or how
    many when). Conditions may speak of `questions`."""
    come = {"per_year": an_hour * 8760, "from": {"anyone": 1.0}, **who} | ({"by": dict(by)} if by else {})
    whole = frozen(
        {
            "arrivals": {"line": come},
            "steps": {"line": {id: {"minutes": spread} for id, spread in minutes.items()}},
            "staff": {id: held if isinstance(held, dict) else {"number": held} for id, held in staff.items()},
            **more,
        }
    )
    return Assumptions.model_validate(whole, context={"answers": vocabulary_of({"questions": questions})})


def service(file: Pathways, assumptions: Assumptions, *, days: int = 20, warm_up: int = 2, after: int = 0) -> Service:
    return plan_of(file, assumptions, {}, Stretch(MONDAY, warm_up, days, after))
