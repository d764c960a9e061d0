"""The data protection impact assessment as a page: the steps of the ICO's template, filled from the living files."""

from collections.abc import Iterable

from vanguard.access import policy
from vanguard.access.disclosure import LEAST, STEP, cuts
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.feed_files import feeds
from vanguard.lake import AGE_BAND, LEAST_PEOPLE, OLDEST, tables

from .governance import models, privacy
from .log import Hazard, Judged, hazard_log, matrix
from .markdown import capital, listed, table

# How the ICO's template says what the classes of the matrix say.
OVERALL = {1: "low", 2: "low", 3: "medium", 4: "high", 5: "high"}
PERSON, EVENT = "who somebody is", "what happened"


def markdown() -> str:
    """The whole page."""
    told = privacy()
    return "\n".join(
        [
            "# Data protection impact assessment",
            "",
            "Made from the feeds, the lake's schema, the access policy and the hazard log of this version, in the "
            "steps of the Information Commissioner's template. It says what the software does. A place takes a copy, "
            "adds what it alone knows, consults, and signs.",
            "",
            "## 1. Why an assessment is needed",
            "",
            *_words(told.need),
            "## 2. The processing",
            "",
            "### How data come, are used and are kept",
            "",
            *_words(told.collection, told.use, told.storage),
            "### Where data come from",
            "",
            *table(
                ["Feed", "One row is", "Sent by", "Columns", "Of them needed"],
                (
                    [
                        f"[{one.label}](#feed-{one.feed.replace('_', '-')})",
                        one.what,
                        f"`{one.source}`",
                        len(one.columns),
                        len(one.required),
                    ]
                    for one in feeds().values()
                ),
            ),
            "Partners may also send FHIR R4 of any type. Each resource is kept as received in `source_resource`, so "
            "that what a place takes in by FHIR is what it agrees with the partner, and no less.",
            "",
            "### What is held",
            "",
            "Each column is in the [data dictionary](data-dictionary.md).",
            "",
            *table(
                ["Table of the lake", "One row is", "Folder", "Columns", "Made by"],
                (
                    [f"`{one.name}`", one.one_row_is, one.folder, ", ".join(one.column_names), f"`{one.made_by}`"]
                    for one in tables().values()
                ),
            ),
            *table(["Table of the service", "One row is"], ([f"`{name}`", words] for name, words in models().items())),
            "### Scope",
            "",
            *listed(
                [
                    f"**People.** {told.scope.people}",
                    f"**Special categories.** {told.scope.special}",
                    f"**Amount.** {told.scope.amount}",
                    f"**Area.** {told.scope.area}",
                ]
            ),
            "### Context",
            "",
            *listed(told.context),
            "### Purposes",
            "",
            *table(
                ["Purpose", "Who", "Lawful basis, for the place to confirm"],
                ([one.purpose, one.who, one.basis] for one in told.purposes),
            ),
            "## 3. Consultation",
            "",
            "For the place. Before it begins it asks at least:",
            "",
            *table(
                ["Who", "About what", "When, and what they said"], ([o.who, o.about, ""] for o in told.consultation)
            ),
            "## 4. Necessity and proportionality",
            "",
            *table(["Question", "Answer"], ([one.question, one.answer] for one in told.necessity)),
            "### Who sees what",
            "",
            "The whole of it, by relationship and choice, is in [the policy's tables](access-policy.md).",
            "",
            *_roles(),
            "What a person may choose, and what it opens at most:",
            "",
            *listed(f"**{one.name}.** {one.means}" for one in policy().choices.values()),
            "Sets of entries that a role sees only where the policy says so:",
            "",
            *listed(f"{capital(one.name)} (`{one.id}`)" for one in policy().sensitive_sets.values()),
            "### What is given without names",
            "",
            *_without_names(),
            "### People's rights, and how long data are kept",
            "",
            "On [their own page](retention.md), with what is missing. Signing in is described in "
            "[its page](../sign-in.md), backups in [theirs](../backup.md).",
            "",
            "## 5. Risks to people",
            "",
            "Those of the [hazard log](safety-case.md) that are about privacy, and what would be if nothing were done.",
            "",
            *_risks(),
            "## 6. Measures",
            "",
            *_measures(),
            "## 7. Sign-off",
            "",
            "For the place.",
            "",
            *table(["", "Name, role and date", "Notes"], ([one, "", ""] for one in told.sign_off)),
            "## Data items, column by column",
            "",
            "What each column of each shipped feed is. A place that describes feeds of its own adds theirs.",
            "",
            *(line for one in feeds().values() for line in _feed(one)),
        ]
    )


def _words(*paragraphs: str) -> list[str]:
    return [line for words in paragraphs for line in (" ".join(words.split()), "")]


def _roles() -> list[str]:
    rights = policy().rights
    return table(
        ["Role", "Sees a person who is", "May also"],
        (
            [
                capital(role.name),
                "; ".join(policy().relationships[one].name for one in role.related_by) or "nobody",
                "; ".join(words for right, words in rights.items() if right in role.rights) or "nothing",
            ]
            for role in policy().roles.values()
        ),
    )


def _without_names() -> list[str]:
    return listed(
        [
            f"Counts of people from 1 to {LEAST - 1} are not given, and others are rounded to {STEP}.",
            "Each population is given by one cut only: "
            + "; ".join(f"{name.replace('_', ' ')} by {', '.join(by) or 'nothing'}" for name, by in cuts().items())
            + ".",
            f"Rows for analysts have keyed pseudonyms, ages in bands of {AGE_BAND} years, the oldest {OLDEST} and "
            f"over, and name a practice, area or place of care only where it has {LEAST_PEOPLE:,} people.",
            "Nobody who opted out of planning and nothing of a sensitive set is in them.",
        ]
    )


def _risks() -> list[str]:
    return table(
        ["", "Risk", "Effect on people", "Without measures", "With them"],
        ([f"[{one.id}](#{one.id.lower()})", one.hazard, one.effect, _overall(one.before), _overall(one.after)]
         for one in _private()),
    )  # fmt: skip


def _overall(judged: Judged) -> str:
    return f"{judged.severity}, {judged.likelihood}: {OVERALL[matrix().risk(judged)]}"


def _measures() -> list[str]:
    return table(
        ["Risk", "What the software does", "What the place does", "What remains"],
        (
            [
                f"[{one.id}](#{one.id.lower()})",
                " ".join(control.what for control in one.controls),
                " ".join(f"{held.what} ({held.owner})." for held in one.place),
                f"{capital(OVERALL[matrix().risk(one.after)])}. {one.open}",
            ]
            for one in _private()
        ),
    )


def _private() -> Iterable[Hazard]:
    return (one for one in hazard_log().hazards if one.id in privacy().risks)


def _feed(feed: Feed) -> list[str]:
    return [
        f"(feed-{feed.feed.replace('_', '-')})=",
        f"### {feed.label}",
        "",
        f"`{feed.feed}`. {feed.what} Sent by `{feed.source}`.",
        "",
        *table(
            ["Column", "What it is", "Needed", "Used for"],
            (
                [f"`{name}`", column.what, "yes" if name in feed.required else "no", _used(feed, name)]
                for name, column in feed.columns.items()
            ),
        ),
    ]


def _used(feed: Feed, column: str) -> str:
    """What the column says of a person: by the fields that the feed's description puts it in."""
    person = feed.person
    fields = [PERSON] if person and column in (person.source_id, *person.facts.values()) else []
    if feed.event and _occurs(column, feed.event.model_dump()):
        fields.append(EVENT)
    return " and ".join(fields) or ("told apart by" if column in feed.key else "read and kept with the row")


def _occurs(column: str, described: object) -> bool:
    if isinstance(described, dict):
        return any(_occurs(column, value) for value in described.values())
    if isinstance(described, list | tuple):
        return any(_occurs(column, value) for value in described)
    return described == column
