"""The policy as a page of tables for people: who sees what under which relationship, and what choices change."""

from collections.abc import Iterable, Sequence

from vanguard.access.rules import policy_of
from vanguard.access.terms import ITEMS, LEVELS, Policy, Role, Sharing


def markdown() -> str:
    """The whole page, in Markdown: the policy of a place that has adopted no blueprint of its own."""
    known = policy_of(None)
    givers = dict.fromkeys(role.given_by for role in known.roles.values())
    words = {level: item for item, level in LEVELS.items()}
    return "\n".join(
        [
            "# Who may see and do what",
            "",
            "Made from `access/policy.yaml` and from the `access.yaml` of the blueprint that a place runs unless it "
            "adopts others, whose roles then stand in its stead. Who is in none of these relationships to a person "
            "sees nothing of them.",
            "",
            "## What can be seen",
            "",
            *_table(["Item", "What it shows"], ([item, known.items[item]] for item in ITEMS)),
            "## What each role sees, by relationship",
            "",
            "With several relationships, the one that shows most counts.",
            "",
            *(line for giver in givers for line in _sights(known, giver, words)),
            "A `+` marks sensitive sets that are seen as well; without it entries of these sets are left out whole:",
            "",
            *(f"- `{one.id}`: {one.name}" for one in known.sensitive_sets.values()),
            "",
            "## What a person may choose",
            "",
            "A choice only ever shows less. Where it does, sensitive sets are not seen either.",
            "",
            *_table(
                ["Relationship", *(choice.name for choice in known.choices.values())],
                (
                    [
                        known.relationships[one].name,
                        *(_at_most(choice, one, words) for choice in known.choices.values()),
                    ]
                    for one in known.relationships
                ),
            ),
            "Apart from that a person may opt out of planning: analysts' rows and counts are then made without them.",
            "",
            "## Rights",
            "",
            *_table(
                ["Right", "Roles"],
                ([words_of, _roles(known, right)] for right, words_of in known.rights.items()),
            ),
            "A blueprint may give its roles these rights and no other: "
            f"{'; '.join(words_of for right, words_of in known.rights.items() if right in known.blueprints_may_give)}. "
            "Under a relationship its roles see at most what some role of the platform sees under it. Nobody both sees "
            "people by name and holds rows under pseudonyms. A place whose blueprints ask for more does not start.",
            "",
            "## Signing in",
            "",
            *_table(
                ["Rule", "Limit"],
                [
                    ["A session ends after it began", f"{known.sign_in.session_hours} hours"],
                    ["A session ends after it was last used", f"{known.sign_in.idle_minutes} minutes"],
                    [
                        "Sessions of one account at once; one more ends the one used longest ago",
                        str(known.sign_in.sessions_at_once),
                    ],
                    [
                        "After signing in, one may end one's other sessions for",
                        f"{known.sign_in.minutes_proved} minutes",
                    ],
                    ["Wrong passwords before a user name is locked", str(known.sign_in.wrong_passwords)],
                    ["It stays locked", f"{known.sign_in.minutes_locked} minutes"],
                ],
            ),
            "## Relatives and friends",
            "",
            "When the person asks for it, their practice hands out a code for a relative or a friend, good for "
            f"{known.relatives.days_to_use_code} days. Whoever signed in as a member of the public and enters it with "
            "the person's date of birth sees the record up to what was given, until the day that was set (at most "
            f"{known.relatives.most_days} days ahead) or the practice ends it.",
            "",
            "## Records opened under watch",
            "",
            f"A record opened in an emergency stays open for {known.break_glass.hours} hours. A watched record (of "
            f"somebody who {'; '.join(known.marked.kinds.values())}) asks for a reason, which holds for "
            f"{known.marked.hours} hours. "
            "Both come to the privacy officer's queue at once; an emergency is also shown to the person's practice "
            f"for {known.notice_days} days.",
            "",
            "## Openings that stand out",
            "",
            f"The privacy officer's page looks at the last {known.patterns.days} days of the audit trail.",
            "",
            *_table(["Pattern", "Shown from"], _patterns(known)),
        ]
    )


def _sights(known: Policy, giver: str, words: dict[int, str]) -> list[str]:
    """What the roles given by one blueprint see, or those of the platform."""
    seeing = [role for role in known.roles.values() if role.given_by == giver and role.sights]
    return [
        f"Roles of the blueprint *{giver}*:" if giver else "Roles of the platform:",
        "",
        *_table(
            ["Relationship", *(_capital(role.name) for role in seeing)],
            (
                [_relationship(known, one), *(_sight(role, one, words) for role in seeing)]
                for one in known.relationships
            ),
        ),
    ]


def _patterns(known: Policy) -> list[list[str]]:
    rules = known.patterns
    return [
        ["People of the user's own family name", "1"],
        ["People at one postcode, without a relationship", f"{rules.same_address['people']} people"],
        ["Many people", f"{rules.many_people['people']} in {rules.many_people['minutes']} minutes"],
        [
            f"Between {rules.nights['from_hour']}.00 and {rules.nights['until_hour']}.00",
            f"by users who do so on at most {rules.nights['at_most_share']:.0%} of at least "
            f"{rules.nights['at_least_days']} days",
        ],
        [
            f"Opened {rules.no_follow_on['days']} days ago or earlier, and nobody of the team came back",
            f"{rules.no_follow_on['people']} people, {rules.no_follow_on['share']:.0%} of those opened",
        ],
        ["Failed searches and refused openings", f"{rules.failed_searches['a_day']} a day"],
    ]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _relationship(known: Policy, one: str) -> str:
    tie = known.relationships[one]
    lapses = f", for {tie.lapses_after_minutes} minutes" if tie.lapses_after_minutes else ""
    ends = ", until a stated day" if tie.must_end else ""
    return f"{_capital(tie.name)}{lapses}{ends}{'' if tie.listed else ' (on no list)'}"


def _sight(role: Role, relationship: str, words: dict[int, str]) -> str:
    for sight in role.sights:
        if sight.relationship == relationship:
            sets = f" + {', '.join(f'`{one}`' for one in sorted(sight.sensitive))}" if sight.sensitive else ""
            return f"{words[sight.level]}{sets}"
    return "nothing"


def _at_most(choice: Sharing, relationship: str, words: dict[int, str]) -> str:
    return words[choice.opens(relationship)].replace("none", "nothing")


def _roles(known: Policy, right: str) -> str:
    return ", ".join(role.name for role in known.roles.values() if right in role.rights) or "nobody"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
