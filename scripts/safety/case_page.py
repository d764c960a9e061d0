"""The clinical safety case as a page, for a clinical safety officer to read and judge."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from .log import AtPlace, Hazard, Judged, Matrix, Strict, hazard_log, matrix, read
from .markdown import capital, day, listed, table
from .noted import holding

PICTURE = "risk-matrix.svg"
SOURCE = "https://digital.nhs.uk/data-and-information/information-standards/information-standards-and-data-collections-including-extractions/publications-and-notifications/standards-and-collections/dcb0129-clinical-risk-management-its-application-in-the-manufacture-of-health-it-systems"


class About(Strict):
    manufacturer: str
    status: str


class Claim(Strict):
    """One claim of the argument, why we make it, and the hazards whose controls are its evidence."""

    claim: str
    because: str
    hazards: tuple[str, ...]


class Case(Strict):
    """docs/safety/case.yaml."""

    about: About
    intended_use: tuple[str, ...]
    not_for: tuple[str, ...]
    users: tuple[str, ...]
    claims: tuple[Claim, ...]


@cache
def case() -> Case:
    """The argument. Raises ValueError for a claim about a hazard that the log has not."""
    found = Case.model_validate(read("case.yaml"))
    known = {one.id for one in hazard_log().hazards}
    if unknown := {id for claim in found.claims for id in claim.hazards} - known:
        raise ValueError(f"case.yaml claims about {', '.join(sorted(unknown))}, which hazards.yaml has not")
    return found


def markdown() -> str:
    """The whole page."""
    known, hazards = matrix(), hazard_log().hazards
    controls = hazard_log().controls
    told = case()
    return "\n".join(
        [
            "# Clinical safety case",
            "",
            f"For a clinical safety officer, in the terms of [DCB0129]({SOURCE}). It is made from the hazard log "
            "and the tests of this version, so that it cannot say more than they do.",
            "",
            f"{told.about.status}",
            "",
            f"**Maker.** {told.about.manufacturer}",
            "",
            "## In short",
            "",
            *listed(
                [
                    f"{len(hazards)} hazards, {len(controls)} controls, each with a test.",
                    _turned_off(len(controls)),
                    f"With their controls {_counted(known, hazards)}. None is above class 3.",
                    f"{sum(bool(one.open) for one in hazards)} hazards have a part that no control covers yet; "
                    "they are under [open risks](#open-risks).",
                    f"{sum(len(one.place) for one in hazards)} duties and trainings "
                    "[stay with the place](#what-stays-with-the-place).",
                ]
            ),
            "## Scope and intended use",
            "",
            "What it is for:",
            "",
            *listed(told.intended_use),
            "Who uses it:",
            "",
            *listed(told.users),
            "What it is not for:",
            "",
            *listed(told.not_for),
            "## The argument",
            "",
            "These claims together say that the risks are as low as the software can reasonably make them. "
            "Each rests on the controls of the hazards that it names, and each control on its test.",
            "",
            *_argument(told, {one.id: one for one in hazards}),
            "## How risk is judged",
            "",
            *_scales(known),
            "## The risks",
            "",
            f"![Hazards by likelihood and severity, without and with their controls]({PICTURE})",
            "",
            *_counts(known, hazards),
            *table(
                ["", "Hazard", "Without controls", "With controls"],
                (
                    [f"[{one.id}](#{one.id.lower()})", one.hazard, _risk(known, one.before), _risk(known, one.after)]
                    for one in hazards
                ),
            ),
            "## Open risks",
            "",
            "What no control covers, and what is of class 3 with its controls: an officer accepts each of these by "
            "name, or asks for more.",
            "",
            *table(
                ["", "With controls", "What is open"],
                (
                    [
                        f"[{one.id}](#{one.id.lower()})",
                        _risk(known, one.after),
                        one.open or "Class 3 with its controls.",
                    ]
                    for one in hazards
                    if one.open or known.risk(one.after) >= 3
                ),
            ),
            "## What stays with the place",
            "",
            "By DCB0160 these are the place's own, and the software cannot do them.",
            "",
            *_of_the_place(hazards),
            "## Hazards and controls",
            "",
            *(line for one in hazards for line in _hazard(known, one)),
        ]
    )


def _turned_off(controls: int) -> str:
    """How many controls were turned off as they are now, and what their tests said."""
    tried = holding()
    if not tried:
        return "No control has been turned off to see whether its test fails."
    failed = sum(one.noticed for one in tried.values())
    last = day(max(one.day for one in tried.values()))
    waiting = f" {controls - len(tried)} wait to be tried." if len(tried) < controls else ""
    return (
        f"{len(tried)} of the {controls} controls were turned off by themselves, as they now are, the last of them on "
        f"{last}: {failed} tests then failed, as they must.{waiting}"
    )


def _argument(told: Case, hazards: dict[str, Hazard]) -> list[str]:
    lines = []
    for number, claim in enumerate(told.claims, 1):
        controls = sum(len(hazards[id].controls) for id in claim.hazards)
        named = ", ".join(f"[{id}](#{id.lower()})" for id in claim.hazards)
        lines += [
            f"{number}. **{claim.claim}** {' '.join(claim.because.split())} "
            f"*Evidence: {controls} tested controls of {named}.*"
        ]
    return [*lines, ""]


def _scales(known: Matrix) -> list[str]:
    severities = list(known.severity)
    return [
        *table(["Severity", "What it means"], ((capital(one), what) for one, what in known.severity.items())),
        *table(["Likelihood", "What it means"], ((capital(one), what) for one, what in known.likelihood.items())),
        *table(
            ["Class of risk", *severities],
            ((capital(one), *known.matrix[one]) for one in reversed(known.likelihood)),
        ),
        *table(["Class", "Is", "Asks for"], ((n, one.name, one.asks) for n, one in sorted(known.classes.items()))),
        *table(["Kind of control", "What it is"], ((capital(one), what) for one, what in known.kinds.items())),
    ]


def _counts(known: Matrix, hazards: Iterable[Hazard]) -> list[str]:
    before, after = Counter[int](), Counter[int]()
    for one in hazards:
        before[known.risk(one.before)] += 1
        after[known.risk(one.after)] += 1
    return table(
        ["Class", "Hazards without controls", "With controls"],
        ((f"{number}, {one.name}", before[number], after[number]) for number, one in sorted(known.classes.items())),
    )


def _counted(known: Matrix, hazards: Iterable[Hazard]) -> str:
    after = Counter(known.risk(one.after) for one in hazards)
    return ", ".join(f"{after[number]} are of class {number}" for number in sorted(after))


def _of_the_place(hazards: Iterable[Hazard]) -> list[str]:
    by_owner: dict[str, list[tuple[str, AtPlace]]] = {owner: [] for owner in matrix().owners}
    for hazard in hazards:
        for one in hazard.place:
            by_owner[one.owner].append((hazard.id, one))
    return table(
        ["Who", "Kind", "What", "For"],
        (
            [capital(owner), one.kind, one.what, f"[{id}](#{id.lower()})"]
            for owner, held in by_owner.items()
            for id, one in held
        ),
    )


def _hazard(known: Matrix, one: Hazard) -> list[str]:
    return [
        f"({one.id.lower()})=",
        f"### {one.id}: {one.hazard}",
        "",
        f"**Cause.** {one.cause}",
        "",
        f"**Effect.** {one.effect}",
        "",
        f"**Risk.** {_risk(known, one.before)} without controls; {_risk(known, one.after)} with them.",
        "",
        *table(
            ["", "Control", "Kind", "Test"],
            (
                [f"{one.id}.{number}", control.what, control.kind, f"`{control.test.removeprefix('tests/')}`"]
                for number, control in enumerate(one.controls, 1)
            ),
        ),
        "The place:",
        "",
        *listed(f"{held.what} ({held.kind}; {held.owner})." for held in one.place),
        *([f"**Open.** {' '.join(one.open.split())}", ""] if one.open else []),
    ]


def _risk(known: Matrix, judged: Judged) -> str:
    return f"{judged.severity}, {judged.likelihood}: class {known.risk(judged)}"
