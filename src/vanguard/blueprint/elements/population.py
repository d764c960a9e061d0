"""The population of simulate.yaml: who lives in a place, where they are cared for, and how they move between."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from vanguard.blueprint.elements.basics import (
    ById,
    Cited,
    Cites,
    Defines,
    Finite,
    Id,
    Named,
    NotNegative,
    Pence,
    Share,
    Shares,
    Strict,
    Words,
    YesNo,
    empty,
    frozen,
)
from vanguard.blueprint.elements.spreads import Distribution
from vanguard.blueprint.refusal import refusal
from vanguard.blueprint.wording import EventCondition, PersonCondition

BACK = "back"
"""Where people came from, as the end of a stay names it."""

DAYS_OF_A_YEAR = 365
Band = Annotated[Id, Cites("age band")]
Level = Annotated[Id, Cites("need")]
Place = Annotated[Id, Cites("place of care")]
Year = Annotated[int, Field(ge=1900, le=2200)]


class AgeBand(Strict):
    """People from one age until before the next band's."""

    id: str
    label: Words
    first: Annotated[int, Field(ge=0, le=120, alias="from")]
    """The first age, in completed years; that of the first band is 0."""
    share: Share
    """The share of all people; the shares of all bands sum to 1."""
    moves_on: Share | None = None
    """The share who reach the next band in a year; without it one over the years of the band."""


class Locality(Strict):
    """A part of the place."""

    id: str
    label: Words
    share: Share
    """The share of all people; the shares of all localities sum to 1."""


class Need(Strict):
    """How much help people need; the least first."""

    id: str
    label: Words
    when: PersonCondition | None = None
    """Who has it, as a condition over person_feature; of several the last that holds counts, and the first of all needs
    has none."""


class Rate(Strict):
    """How often something happens to one person in a year of being there."""

    per_year: NotNegative
    by_age: Annotated[Mapping[Band, NotNegative], AfterValidator(frozen)] = Field(default_factory=empty)
    """Times as often at these ages."""
    by_need: Annotated[Mapping[Level, NotNegative], AfterValidator(frozen)] = Field(default_factory=empty)
    """Times as often with these needs."""
    source: Cited | None = None


class Known(Strict):
    """How the lake tells who is there."""

    where: EventCondition
    """A condition over event: people are there from its day until the day on which it ended."""
    for_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """For how many days an event without an end counts; without this it goes on."""


class PlaceOfCare(Strict):
    """Where people are at midnight: on their own, with a service, in a bed, or dead. Who is at several places is at
    the one that stands last."""

    id: str
    label: Words
    moves: Annotated[Mapping[Place, Rate], AfterValidator(frozen)] = Field(default_factory=empty)
    """Where people go from here, and how often."""
    stays_days: Annotated[float, Field(ge=1, le=36_600)] | None = None
    """The nights of an average stay, as far as `then` ends it; without it only `moves` end it."""
    then: Shares[Id] | None = None
    """Where people go when the stay is over: the share of each; `back` is wherever they came from."""
    beds: YesNo = False
    """Whether whoever is here is in a bed that somebody has to provide."""
    pence_a_day: Pence | None = None
    pence_each: Pence | None = None
    """What each beginning costs, beside the days."""
    staff: Annotated[Mapping[Annotated[Id, Cites("role")], NotNegative], AfterValidator(frozen)] = Field(
        default_factory=empty
    )
    """How many people of a role, in full time, are needed for each person who is here."""
    known: Known | None = None
    source: Cited | None = None

    @model_validator(mode="after")
    def _ends(self) -> "PlaceOfCare":
        if (self.stays_days is None) != (self.then is None):
            raise refusal("How a stay ends is only half said.", "Give both stays_days and then.")
        return self


class Move(Strict):
    """From one place to another."""

    origin: Annotated[Place, Field(alias="from")]
    to: Place


NEEDED = {"people": (), "need": ("yearly",), "moves": ("moves", "times"), "stays": ("at", "times")}
ALSO = {"moves": ("ages", "needs", "from_year", "over_years"), "stays": ("ages", "needs", "from_year", "over_years")}
OF_SOME = ("yearly", "moves", "at", "times", "ages", "needs", "from_year", "over_years")


class Influence(Named):
    """Something that changes how people live or move."""

    kind: Literal["people", "need", "moves", "stays"]
    """people: births, ageing, deaths and removals; without it whoever dies is replaced by one of the same age and need.
    need: people come to the next need more often each year. moves, stays: some are more frequent, or longer."""
    yearly: Annotated[Finite, Field(gt=-1, le=1)] | None = None
    """Of a need: how much more often each year than the year before; 0.04 is 4%."""
    moves: tuple[Move, ...] = ()
    at: tuple[Place, ...] = ()
    """Whose stays."""
    times: Distribution | None = None
    """Times as often, or as long, as otherwise; how it is spread is how unsure it is."""
    ages: tuple[Band, ...] = ()
    """For these ages alone; without them for all."""
    needs: tuple[Level, ...] = ()
    """For these needs alone; without them for all."""
    from_year: Year | None = None
    """The first year in which it works; without it from the start."""
    over_years: NotNegative | None = None
    """In how many years it grows, evenly, to its whole effect."""

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> "Influence":
        needed = NEEDED[self.kind]
        for name in OF_SOME:
            given = getattr(self, name) not in (None, ())
            if given and name not in (*needed, *ALSO.get(self.kind, ())):
                raise refusal(f"A change of kind {self.kind} has no {name}.", "Take it out.", within=(name,))
            if not given and name in needed:
                raise refusal(f"{name} is missing.", "Add it.")
        return self


CitedChange = Annotated[Id, Cites("change")]


class Future(Named):
    """What a place does, beside what is expected anyway."""

    does: Annotated[tuple[CitedChange, ...], Field(min_length=1)]
    """Changes in the order in which they are credited with what they do."""


class Population(Strict):
    """Everybody in the place: how many, of what age and need, and how they move between home and care."""

    people: Annotated[int, Field(ge=1, le=100_000_000)]
    first_year: Year
    ages: Annotated[ById[AgeBand], Defines("age band"), Field(min_length=1)]
    """Bands of age, the youngest first."""
    localities: Annotated[ById[Locality], Defines("part of the place"), Field(min_length=1)]
    needs: Annotated[ById[Need], Defines("need"), Field(min_length=1)]
    """Levels of need, the least first."""
    need_of_ages: Annotated[Mapping[Band, Shares[Level]], AfterValidator(frozen)]
    """For each band of age the share of each need; they sum to 1."""
    worsens: Annotated[Mapping[Level, Rate], AfterValidator(frozen)] = Field(default_factory=empty)
    """How often people with this need come to the next."""
    births_per_1000: NotNegative = 0.0
    """Births a year for each 1,000 people."""
    comes_per_1000: Annotated[Mapping[Band, NotNegative], AfterValidator(frozen)] = Field(default_factory=empty)
    """People who move in each year for each 1,000 of that age at the start."""
    goes_per_1000: Annotated[Mapping[Band, NotNegative], AfterValidator(frozen)] = Field(default_factory=empty)
    """People who move away each year of each 1,000 of that age who are at the first place."""
    places: Annotated[ById[PlaceOfCare], Defines("place of care"), Field(min_length=2)]
    """Where people may be. The first is where nobody has to help them, the last is death."""
    changes: Annotated[ById[Influence], Defines("change")] = Field(default_factory=empty)
    expected: tuple[CitedChange, ...] = ()
    """Changes that come whatever anybody does, in the order in which they are credited."""
    futures: Annotated[ById[Future], Defines("future")] = Field(default_factory=empty)
    source: Cited

    @model_validator(mode="after")
    def _fits(self) -> "Population":
        for problem in (*self._of_people(), *self._of_places(), *self._of_changes()):
            raise problem
        return self

    def _of_people(self) -> Iterator[Any]:
        for name, held in (("ages", self.ages), ("localities", self.localities)):
            total = sum(one.share for one in held.values())
            if abs(total - 1) > 1e-9:
                what = f"The shares of {name} sum to {total:.10g}, not 1."
                yield refusal(what, "Change them until they sum to 1.", within=(name,))
        bands = list(self.ages.values())
        if bands[0].first != 0:
            yield refusal(f"The first band begins at {bands[0].first}.", "Begin at 0.", within=("ages", bands[0].id))
        for before, after in pairwise(bands):
            if after.first <= before.first:
                yield refusal("The bands are not in order.", "Put the youngest first.", within=("ages", after.id))
        for band in bands:
            if band.id not in self.need_of_ages:
                yield refusal(f"Nothing says what people of {band.id} need.", "Add them.", within=("need_of_ages",))
        needs = list(self.needs.values())
        for number, need in enumerate(needs):
            if (number == 0) != (need.when is None):
                what = "The first need is of everyone, so it has no when; each other has one."
                yield refusal(what, "Take it out or add it.", within=("needs", need.id))
        if needs[-1].id in self.worsens:
            yield refusal("There is no need beyond the last.", "Take it out.", within=("worsens", needs[-1].id))

    def _of_places(self) -> Iterator[Any]:
        first, last = next(iter(self.places)), next(reversed(list(self.places)))
        if self.places[last].moves or self.places[last].then:
            yield refusal("Nobody comes back from the last place, which is death.", "Take out where people go from it.",
                          within=("places", last))  # fmt: skip
        returning = {id for id, place in self.places.items() if BACK in (place.then or {})}
        if first in returning:
            yield refusal("Nobody comes back to the first place.", f"Take out {BACK}.", within=("places", first))
        for id, place in self.places.items():
            for to in place.then or ():
                if to != BACK and to not in self.places:
                    do = f"There are {', '.join(self.places)} and {BACK}."
                    yield refusal(f"There is no place {to}.", do, within=("places", id, "then", to))
            for to in (*place.moves, *(place.then or ())):
                if to == id:
                    yield refusal("Nobody moves to where they are.", "Take it out.", within=("places", id))
                if id in returning and to in returning:
                    what = f"From {id} people go back to where they came from, and {to} would have to know it too."
                    yield refusal(what, f"Let {to} say where people go.", within=("places", id))
            most = self.most_a_day(place)
            if most > 1:
                what = f"On a day {most:.3g} times as many people would leave as are there."
                yield refusal(what, "Lower the rates, or make the stay longer.", within=("places", id))
            if id != last and most == 0:
                yield refusal("Nobody ever leaves this place.", "Say where people go.", within=("places", id))

    def most_a_day(self, place: PlaceOfCare) -> float:
        """The greatest share of those at a place who leave it on one day, over all ages and needs."""
        ends = 1 / place.stays_days if place.stays_days else 0.0
        return max(
            ends
            + sum(
                rate.per_year / DAYS_OF_A_YEAR * rate.by_age.get(age, 1.0) * rate.by_need.get(need, 1.0)
                for rate in place.moves.values()
            )
            for age in self.ages
            for need in self.needs
        )

    def _of_changes(self) -> Iterator[Any]:
        for id, change in self.changes.items():
            if change.kind == "moves":
                for number, move in enumerate(change.moves):
                    origin = self.places.get(move.origin)
                    if origin is not None and move.to not in (*origin.moves, *(origin.then or ())):
                        what = f"Nobody moves from {move.origin} to {move.to}."
                        yield refusal(what, "Take it out, or say how often.", within=("changes", id, "moves", number))
            if change.kind == "stays":
                for number, at in enumerate(change.at):
                    if at in self.places and self.places[at].stays_days is None:
                        what = f"{at} has no stays_days."
                        yield refusal(what, "Take it out.", within=("changes", id, "at", number))
        for id, future in self.futures.items():
            twice = sorted({one for one in future.does if future.does.count(one) > 1 or one in self.expected})
            if twice:
                yield refusal(f"{twice[0]} counts twice.", "Take it out once.", within=("futures", id, "does"))
            if any(self.changes[one].kind == "people" for one in future.does if one in self.changes):
                what = "That people are born, age and die is nobody's choice."
                yield refusal(what, "Name it in expected.", within=("futures", id, "does"))
