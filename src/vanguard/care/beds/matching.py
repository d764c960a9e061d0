"""Which beds fit whom, and why. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SEXES = ("female", "male")
FOR_WHOM = {"female": "For women", "male": "For men", "any": "For women or men"}
ANY = "any"


@dataclass(frozen=True)
class Wish:
    """A need that a bed must meet: the blueprint's id, and its words."""

    id: str
    label: str


@dataclass(frozen=True)
class Wanted:
    """A bed that a referral needs: of which kind, for whom, meeting what, and for how long it may be held.

    `sex` is None where the pathway does not ask beds to fit it; `hold_for` None where a hold has no end.
    """

    referral: int
    kind: str
    sex: str | None
    wishes: tuple[Wish, ...]
    hold_for: timedelta | None
    locality: str | None = None


@dataclass(frozen=True)
class Facts:
    """What matters of one bed. `beside` are the sexes of those who have other beds of its room ("" if not known).

    `promised` is when a hold for another referral ran out not long ago: that person may still be on the way.
    """

    kind: str
    sex: str
    meets: frozenset[str]
    locality: str | None
    since: datetime
    beside: tuple[str, ...] = ()
    promised: datetime | None = None


@dataclass(frozen=True)
class Fit:
    """What speaks for a bed, what forbids it, and what to ask before taking it; `rank` sorts the best first."""

    reasons: tuple[str, ...]
    against: tuple[str, ...]
    ask: tuple[str, ...]
    rank: tuple[bool, bool, int, datetime]

    @property
    def fits(self) -> bool:
        """Whether nothing forbids it."""
        return not self.against


def judge(bed: Facts, wanted: Wanted) -> Fit:
    """Whether the bed fits: by kind, sex and needs it must; then the person's locality, and the bed that can do no
    more than is needed, come first."""
    reasons, against = [], []
    if bed.kind != wanted.kind:
        against.append("It is another kind of bed")
    for for_, words in (_by_sex(bed, wanted), *_by_wishes(bed, wanted)):
        (reasons if for_ else against).append(words)
    near = bool(wanted.locality) and bed.locality == wanted.locality
    if near:
        reasons.append("In the person's locality")
    ask = ("It was held for another referral until a short time ago: ask whether that person is on the way",)
    spare = len(bed.meets - {wish.id for wish in wanted.wishes})
    return Fit(
        tuple(filter(None, reasons)),
        tuple(against),
        ask if bed.promised else (),
        (bed.promised is not None, not near, spare, bed.since),
    )


def _by_sex(bed: Facts, wanted: Wanted) -> tuple[bool, str]:
    if wanted.sex is None:
        return True, ""
    if bed.sex != ANY and bed.sex != wanted.sex:
        known = "" if wanted.sex in SEXES else ", and the person's sex is not known"
        return False, f"{FOR_WHOM[bed.sex]}{known}"
    if any(other != wanted.sex or other not in SEXES for other in bed.beside):
        return False, "Somebody of another sex is in the same room"
    return True, FOR_WHOM[bed.sex]


def _by_wishes(bed: Facts, wanted: Wanted) -> list[tuple[bool, str]]:
    return [
        (wish.id in bed.meets, f"{'Meets' if wish.id in bed.meets else 'Does not meet'}: {wish.label}")
        for wish in wanted.wishes
    ]
