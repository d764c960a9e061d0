"""The tables of scrutiny, declared: committees, their meetings, and what the public asked them."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.nobody import names_nobody
from vanguard.programme.scrutiny.inquiries import CHECKS, INQUIRIES, RECOMMENDATIONS
from vanguard.programme.scrutiny.models import (
    Action,
    Committee,
    Declaration,
    Meeting,
    Minute,
    PublicQuestion,
    WorkItem,
)
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.standing import standing
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

ASKERS = {
    "resident": "A resident",
    "patient": "A patient",
    "carer": "A carer or relative",
    "staff": "A member of staff",
    "councillor": "A councillor",
    "organisation": "An organisation",
}
INTERESTS = {"personal": "Personal", "financial": "Financial"}
ROLE = "a role, no name"
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)
COMMITTEE = Filter("committee", "Committee")
MEETING = Filter("meeting", "Meeting", typed=True)
STANDS = Filter("standing", "Stands")


def check_action(values: Values) -> Iterator[Fault]:
    """What was done has an outcome or at least a day, and an outcome a day."""
    yield from names_nobody(values)
    if values["outcome"] and not values["done"]:
        yield Fault("done", "The action has an outcome, and no day says when it was done.", "Write when.")


def check_question(values: Values) -> Iterator[Fault]:
    """An answer says who gave it and when; nobody is named."""
    yield from names_nobody(values)
    given = [bool(values[name]) for name in ("answered_by", "answered", "answer")]
    if any(given) and not all(given):
        yield Fault("answer", "The answer, who gave it and when go together.", "Write all three, or none.")
    if turned(values, "received", "answered"):
        yield Fault("answered", "The answer comes before the question.")


COMMITTEES = Table(
    Committee,
    id="committees",
    name="committees",
    one="committee",
    about="Committees that scrutinise the work in public.",
    key=("short",),
    title="name",
    order=("name",),
    search=("name", "of", "about"),
    check=names_nobody,
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("of", "Of", "the council or body"),
        Column("about", "What it does"),
        Column("seats", "Seats"),
        Column("co_opted", "Co-opted members"),
        Column("question_minutes", "Minutes for a public question"),
        Column("questions_minutes", "Minutes for all of them"),
        SAYS,
    ),
)
MEETINGS = Table(
    Meeting,
    id="meetings",
    name="meetings",
    one="meeting",
    about="When committees met, or will.",
    key=("short",),
    title="name",
    order=("-on",),
    search=("name", "note"),
    filters=(COMMITTEE,),
    check=names_nobody,
    columns=(
        SHORT,
        Column("name", "Meeting"),
        Column("committee", "Committee"),
        Column("on", "When"),
        Column("where", "Where"),
        Column("confirmed", "Minutes confirmed", "when the minutes were confirmed"),
        Column("note", "Note"),
        SAYS,
    ),
)
MINUTES = Table(
    Minute,
    id="minutes",
    name="minutes",
    one="item of the minutes",
    several="items of the minutes",
    about="What was said and agreed at meetings, item by item.",
    key=("meeting", "number"),
    order=("-meeting__on", "number"),
    search=("subject", "said", "agreed"),
    filters=(MEETING,),
    check=names_nobody,
    columns=(
        Column("meeting", "Meeting"),
        Column("number", "Item", least=1),
        Column("subject", "Subject"),
        Column("said", "What was said"),
        Column("agreed", "What was agreed"),
        SAYS,
    ),
)
ACTIONS = Table(
    Action,
    id="actions",
    name="actions",
    one="action",
    about="What was to be done after a meeting, by whom, and what came of it.",
    key=("meeting", "what"),
    order=("done", "due"),
    search=("what", "owner", "outcome"),
    filters=(MEETING, STANDS),
    derived=(standing("due", "done", after="what"),),
    check=check_action,
    columns=(
        Column("meeting", "Meeting"),
        Column("what", "What"),
        Column("owner", "Who", ROLE),
        Column("due", "By when"),
        Column("done", "Done"),
        Column("outcome", "What came of it"),
        SAYS,
    ),
)
DECLARATIONS = Table(
    Declaration,
    id="declarations",
    name="declarations of interests",
    one="declaration of an interest",
    about="Interests that members declared at meetings. Members stand here by their seat.",
    key=("meeting", "member", "item"),
    order=("-meeting__on", "pk"),
    search=("member", "item", "interest"),
    filters=(MEETING, Filter("kind", "Kind")),
    check=names_nobody,
    columns=(
        Column("meeting", "Meeting"),
        Column("member", "Member", "a seat, no name"),
        Column("item", "In what item"),
        Column("kind", "Kind", choices=INTERESTS),
        Column("interest", "Interest"),
        Column("left", "Left the room"),
        SAYS,
    ),
)
WORK = Table(
    WorkItem,
    id="work-programme",
    name="work programme",
    one="item of the work programme",
    several="items of the work programme",
    about="What committees are going to look at. What has no day is to be timetabled.",
    key=("committee", "subject"),
    order=("-on", "pk"),
    search=("subject", "purpose", "attending"),
    filters=(COMMITTEE,),
    check=names_nobody,
    columns=(
        Column("committee", "Committee"),
        Column("subject", "Subject"),
        Column("on", "When"),
        Column("purpose", "What for"),
        Column("attending", "Who is asked to come", "bodies and roles"),
        SAYS,
    ),
)
QUESTIONS = Table(
    PublicQuestion,
    id="public-questions",
    name="questions of the public",
    one="question of the public",
    about="What the public asked committees, and what was answered. Nobody is named.",
    key=("reference",),
    title="question",
    order=("-received",),
    search=("question", "answer", "answered_by"),
    filters=(COMMITTEE, Filter("asked_by", "Who asked"), STANDS),
    derived=(standing("", "answered", after="question", words="Answered"),),
    check=check_question,
    columns=(
        Column("reference", "Reference"),
        Column("committee", "Committee"),
        Column("meeting", "Meeting"),
        Column("received", "Received"),
        Column("asked_by", "Who asked", choices=ASKERS),
        Column("question", "Question"),
        Column("answered_by", "Answered by", "a body or role"),
        Column("answered", "Answered"),
        Column("answer", "Answer"),
        SAYS,
    ),
)
TABLES = (
    COMMITTEES,
    MEETINGS,
    MINUTES,
    ACTIONS,
    DECLARATIONS,
    INQUIRIES,
    RECOMMENDATIONS,
    CHECKS,
    WORK,
    QUESTIONS,
)
