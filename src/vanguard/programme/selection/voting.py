"""Whether applicants of a round may vote: from the day of its step for the vote until the board's, or its decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.programme.days import first_day
from vanguard.programme.selection.models import Application, Decision, Step
from vanguard.programme.selection.tables import ANNOUNCED, BOARD, ROUND_STEPS, SHORTLISTED, VOTE
from vanguard.programme.sites.models import Round
from vanguard.programme.tables.giving import cells_of
from vanguard.programme.tables.writing import write_one

NOT_YET, OPEN, OVER = "not_yet", "open", "over"


@dataclass(frozen=True)
class Voting:
    """How the vote of a round stands, and from when until when it is as far as steps say; empty where they do not."""

    state: str
    opens: str = ""
    closes: str = ""


def voting(round_: Round, today: date) -> Voting:
    """How the vote of a round stands on a day. A step without a day has not come."""
    days = dict(Step.objects.filter(round=round_).exclude(on="").values_list("step", "on"))
    opens, closes = days.get(VOTE, ""), days.get(BOARD, "") or days.get(ANNOUNCED, "")
    decided = bool(round_.announced) or Decision.objects.filter(application__round=round_).exists()
    if decided or _has_come(closes, today):
        return Voting(OVER, opens, closes)
    return Voting(OPEN if _has_come(opens, today) else NOT_YET, opens, closes)


def open_vote(round_: Round, now: datetime, *, by: str) -> None:
    """Let applicants vote from today. Raises BadInput where the vote is open or over, or nobody could choose."""
    today = local_date(now)
    stands = voting(round_, today)
    if stands.state != NOT_YET:
        raise BadInput(f"The vote of {round_.name} is {stands.state} already.")
    if Application.objects.filter(round=round_, stage=SHORTLISTED).count() < 2:
        raise BadInput("Fewer than two are shortlisted: there is nobody to choose.", do="Shortlist the others first.")
    keep_step(round_, VOTE, {"on": today.isoformat()}, now, by=by)


def keep_step(round_: Round, step: str, cells: Mapping[str, str], now: datetime, *, by: str) -> None:
    """Write a step of a round, a new one or the one that is there, of which only these cells change."""
    row = Step.objects.filter(round=round_, step=step).first()
    whole = cells_of(ROUND_STEPS, row) if row else {one.name: "" for one in ROUND_STEPS.columns}
    told = {**whole, "round": round_.key, "step": step, **cells}
    write_one(ROUND_STEPS, told, now, by=by, number=row.pk if row else None)


def _has_come(when: str, today: date) -> bool:
    return bool(when) and first_day(when) <= today
