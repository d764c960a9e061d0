"""Waiting on a telephone line in its steady state, by formula.

Callers come at random (a Poisson stream), calls last as chance has it (exponentially), and whoever waits is answered
in the order in which they rang. Where nobody gives up this is Erlang's C (M/M/c; A. K. Erlang, 1917), computed through
the recurrence of his B; where each caller gives up after an exponential time it is Palm's A (M/M/c+M; C. Palm, 1957),
computed from the density of the wait offered to a caller (F. Baccelli and G. Hebuterne, 1981). All numbers are
decimals of 80 digits until the end, because rare waits are differences of large, nearly equal numbers.
"""

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

from vanguard.errors import BadInput

DIGITS = 80
DECIMAL = Context(prec=DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX)
HOUR = 60
DAY = Decimal(24 * HOUR)
FAR = 300
MOST_SERVERS = 1_000_000
# Calls that come while one caller is patient, beyond those answered meanwhile: of so many a limit is asked for first,
# and of so many the sums would take too long.
MANY_PATIENT, MOST_PATIENT = 20_000, 2_000_000


@dataclass(frozen=True)
class Line:
    """Calls that come and people who answer. `minutes` is the mean length of a call, `patience` the mean time in
    minutes after which a waiting caller gives up (None: nobody does), `target` the wait in minutes to be kept to."""

    arrivals_per_hour: Decimal
    minutes: Decimal
    servers: int
    target: Decimal
    patience: Decimal | None = None

    @property
    def load(self) -> Decimal:
        """Work offered, in erlangs: the people who would be busy on average if nobody waited or gave up."""
        return self.arrivals_per_hour * self.minutes / HOUR


@dataclass(frozen=True)
class Waiting:
    """What callers meet. Shares lie between 0 and 1 and are of all callers.

    `p_wait`: who find nobody free. `mean_wait`: minutes in the queue, of those who give up as well; None where it
    grows without end. `service_level`: who are answered within the target. `utilisation`: the part of their time in
    which those who answer are busy. `p_abandon`: who give up; None where nobody does. `a_day_after`: hours after which
    a caller would wait for a day, where more calls come than can be answered.
    """

    p_wait: Decimal
    mean_wait: Decimal | None
    service_level: Decimal
    utilisation: Decimal
    p_abandon: Decimal | None = None
    a_day_after: Decimal | None = None


def waiting(line: Line) -> Waiting:
    """How long callers wait on this line. Raises BadInput for a line that cannot be."""
    _check(line)
    with localcontext(DECIMAL):
        if line.patience is not None:
            return _with_patience(line, line.patience)
        return _without_end(line) if line.load >= line.servers else _without_patience(line)


def _check(line: Line) -> None:
    numbers = {
        "calls an hour": (line.arrivals_per_hour, True),
        "the minutes of a call": (line.minutes, False),
        "the target": (line.target, True),
        "the patience of callers": (line.patience, False),
    }
    for name, (number, may_be_none) in numbers.items():
        if number is None:
            continue
        if not number.is_finite() or number < 0 or (number == 0 and not may_be_none):
            bound = "0 or more" if may_be_none else "more than 0"
            raise BadInput(f"{name[0].upper()}{name[1:]} cannot be {number}.", do=f"Give a number of {bound}.")
    if not 1 <= line.servers <= MOST_SERVERS:
        raise BadInput(
            f"{line.servers} people cannot answer a line.", do=f"Give a whole number from 1 to {MOST_SERVERS:,}."
        )


def blocked(servers: int, load: Decimal) -> Decimal:
    """Erlang's B: the share of callers turned away by a line of so many servers on which nobody can wait."""
    share = Decimal(1)
    for number in range(1, servers + 1):
        share = load * share / (number + load * share)
    return share


def _without_patience(line: Line) -> Waiting:
    use = line.load / line.servers
    turned_away = blocked(line.servers, line.load)
    p_wait = turned_away / (1 - use * (1 - turned_away))
    spare = (line.servers - line.load) / line.minutes  # calls a minute that could be answered besides
    return Waiting(p_wait, p_wait / spare, 1 - p_wait * (-spare * line.target).exp(), use)


def _without_end(line: Line) -> Waiting:
    """As many calls as can be answered, or more: the queue never settles."""
    excess = line.load - line.servers
    # After t minutes the work that waits is t * excess minutes, which all servers together take that / servers to do.
    after = DAY * line.servers / excess / HOUR if excess else None
    return Waiting(Decimal(1), None, Decimal(0), Decimal(1), None, after)


def _with_patience(line: Line, patience: Decimal) -> Waiting:
    rate = line.arrivals_per_hour / HOUR
    # In units of the patience: how fast all servers together finish calls, and how fast calls come.
    finish, come = line.servers * patience / line.minutes, rate * patience
    left = (-line.target / patience).exp()
    if come - finish > MANY_PATIENT and _is_far(finish, come) and _is_far(finish + 1, come * left):
        # Everybody waits, and all equally long: until so many have given up that the others can be answered.
        gave_up = 1 - finish / come
        answered = finish / come if come * left < finish else Decimal(0)
        return Waiting(Decimal(1), gave_up * patience, answered, Decimal(1), gave_up)
    if come - finish > MOST_PATIENT:
        raise BadInput(
            "So many calls pile up before anybody gives up that the queue cannot be computed.",
            do="Give a shorter patience, fewer calls, or no patience.",
        )
    below = 1 / blocked(line.servers - 1, line.load)  # P(somebody is free) / P(just one is)
    some_wait, answered_late = come * _rising(finish, come), come * _rising(finish + 1, come)
    everything = below + some_wait
    # What the integral from the target onwards is; its two exponents are taken together as each may be huge.
    exponent = come * (1 - left) - (finish + 1) * line.target / patience
    beyond = come * exponent.exp() * _rising(finish + 1, come * left)
    gave_up = (some_wait - answered_late) / everything
    return Waiting(
        p_wait=some_wait / everything,
        mean_wait=gave_up * patience,
        # Where next to nobody is answered in time the difference may fall below nothing in its last digit.
        service_level=max((below + answered_late - beyond) / everything, Decimal(0)),
        utilisation=line.load * (1 - gave_up) / line.servers,
        p_abandon=gave_up,
    )


def _is_far(a: Decimal, x: Decimal) -> bool:
    """Whether a gamma number of shape `a` lies on one side of `x` but for a chance of less than 1 in 10^130 (Chernoff's
    bound)."""
    return x - a - a * (x / a).ln() > FAR


def _rising(a: Decimal, x: Decimal) -> Decimal:
    """The sum over k of x^k / (a (a+1) ... (a+k)), which is the lower incomplete gamma function times e^x x^-a."""
    term = total = 1 / a
    enough = Decimal(10) ** -DIGITS
    step = a
    while True:
        step += 1
        term = term * x / step
        total += term
        if term <= total * enough * max(1 - x / step, enough) and step > x:
            return total
