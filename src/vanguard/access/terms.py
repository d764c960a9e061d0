"""What a policy consists of, as typed data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

# What can be seen of a person, each item with all before it. The number of an item is its place, from 1; 0 is nothing.
ITEMS = ("identity", "summary", "full")
LEVELS: Mapping[str, int] = {"none": 0} | {item: place for place, item in enumerate(ITEMS, start=1)}
MOST = len(ITEMS)

Code = tuple[str, bool]

REGISTERED, TEAM_LIST, BREAK_GLASS, RELATIVE = "registered", "team_list", "break_glass", "relative"
# Both the relationship and the role of a person who reads their own record.
OWN = "own"
REFERRED, PROVISIONAL_CALL = "referred", "provisional_call"
REFERRALS, REFER, BEDS, ROTA, PLANS = "referrals", "refer", "beds", "rota", "plans"
# Rights that come with a part in a blueprint's pathways and care plans, and in no other way.
AT_WORK = frozenset({REFERRALS, REFER, BEDS, ROTA, PLANS})


@dataclass(frozen=True, slots=True)
class Relationship:
    """What may tie somebody to a person. `lapses_after_minutes` is None for what does not end by itself;
    what `must_end` is given with its end."""

    id: str
    name: str
    listed: bool
    lapses_after_minutes: int | None
    must_end: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What a role sees under one relationship: items up to `level`, and entries of these sensitive sets."""

    relationship: str
    level: int
    sensitive: frozenset[str]


@dataclass(frozen=True, slots=True)
class Role:
    """What one role sees, by relationship in the policy's order, and what else it may do.

    `given_by` is the label of the blueprint that gives it, empty for a role of the platform.
    """

    id: str
    name: str
    rights: frozenset[str]
    sights: tuple[Sight, ...]
    given_by: str = ""

    @property
    def related_by(self) -> tuple[str, ...]:
        """The relationships under which the role sees anything."""
        return tuple(sight.relationship for sight in self.sights)


@dataclass(frozen=True, slots=True)
class SensitiveSet:
    """Entries kept back: `codes` are pairs of a code (system:code) and whether longer codes count too."""

    id: str
    name: str
    codes: frozenset[Code]


@dataclass(frozen=True, slots=True)
class Sharing:
    """One choice that a person may make; `otherwise` holds for relationships that `at_most` does not name."""

    id: str
    name: str
    means: str
    at_most: Mapping[str, int]
    otherwise: int

    def opens(self, relationship: str) -> int:
        """The level up to which this relationship still lets see."""
        return self.at_most.get(relationship, self.otherwise)


@dataclass(frozen=True, slots=True)
class SignInRules:
    """A session ends `session_hours` after it began, and `idle_minutes` after it was last used.

    An account has at most `sessions_at_once`; who signed in less than `minutes_proved` ago may end its others.
    """

    wrong_passwords: int
    minutes_locked: int
    session_hours: int
    idle_minutes: int
    sessions_at_once: int
    minutes_proved: int


@dataclass(frozen=True, slots=True)
class ReasonRules:
    least_words: int
    most_letters: int

    def wrong_with(self, reason: str) -> str:
        """What is wrong with a reason, as a sentence for whoever gave it; empty if it will do."""
        words = [word for word in reason.split() if sum(letter.isalnum() for letter in word) > 1]
        if len(words) < self.least_words:
            return f"Enter a reason of at least {self.least_words} words"
        if len(reason) > self.most_letters:
            return f"Enter a reason of at most {self.most_letters} letters"
        return ""


@dataclass(frozen=True, slots=True)
class BreakGlassRules:
    hours: int
    minutes_to_give_reason: int
    failed_searches_an_hour: int


@dataclass(frozen=True, slots=True)
class MarkedRules:
    """`kinds` are ids of why a record is watched, with their meaning in words."""

    hours: int
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RelativeRules:
    most_days: int
    days_to_use_code: int
    wrong_codes_an_hour: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a follow-up came to, and whether that ends it."""

    id: str
    name: str
    closes: bool


@dataclass(frozen=True, slots=True)
class PatternRules:
    """From when on openings stand out: `days` of the trail are looked at, and the rest by pattern, as in the policy."""

    days: int
    same_address: Mapping[str, int]
    many_people: Mapping[str, int]
    nights: Mapping[str, float]
    no_follow_on: Mapping[str, float]
    failed_searches: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy. `items` and `rights` are ids with their meaning in words; `choices` go from free to strict;
    `blueprints_may_give` are the rights that a blueprint may give its roles."""

    items: Mapping[str, str]
    relationships: Mapping[str, Relationship]
    sensitive_sets: Mapping[str, SensitiveSet]
    choices: Mapping[str, Sharing]
    rights: Mapping[str, str]
    blueprints_may_give: frozenset[str]
    sign_in: SignInRules
    reasons: ReasonRules
    break_glass: BreakGlassRules
    marked: MarkedRules
    relatives: RelativeRules
    notice_days: int
    outcomes: Mapping[str, Outcome]
    patterns: PatternRules
    roles: Mapping[str, Role]

    def role_name(self, role_id: str) -> str:
        """The role in words; a role that the policy no longer has, and so nobody can act in, by its id."""
        return self.roles[role_id].name if role_id in self.roles else role_id

    def sharing(self, choice: str | None) -> Sharing:
        """The choice with this id: the freest for None, the strictest for one that the policy no longer has."""
        ways = tuple(self.choices.values())
        return ways[0] if choice is None else self.choices.get(choice, ways[-1])
