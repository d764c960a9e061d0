"""The tables of sources, declared."""

from vanguard.programme.sources.models import Body, Disagreement, Moment, Source
from vanguard.programme.tables import Column, Filter, Table

SAYS = Column("sources", "Sources", "who says so")

SOURCES = Table(
    Source,
    id="sources",
    name="sources",
    one="source",
    about="Documents and pages that facts were taken from.",
    key=("short",),
    title="name",
    order=("key",),
    search=("name", "about"),
    columns=(
        Column("short", "Short name", "how other tables name it", unlisted=True),
        Column("name", "Name"),
        Column("published", "Published"),
        Column("about", "What it is"),
    ),
)
DISAGREEMENTS = Table(
    Disagreement,
    id="disagreements",
    name="disagreements",
    one="disagreement",
    about="Where two sources, or two places of one, say different things. Neither is put right here.",
    key=("site", "subject", "about", "first"),
    order=("pk",),
    search=("subject", "about", "first", "second", "note"),
    filters=(Filter("site", "Site", typed=True),),
    columns=(
        Column("site", "Site", "empty where it is about no one site"),
        Column("subject", "Subject", "what it is about, in a word or two"),
        Column("about", "In what"),
        Column("first", "One says"),
        Column("first_sources", "Who"),
        Column("second", "Another says"),
        Column("second_sources", "Who"),
        Column("note", "Note"),
    ),
)
BODIES = Table(
    Body,
    id="bodies",
    name="bodies",
    one="body",
    about="Boards, teams and partnerships, and what each answers for.",
    key=("name",),
    title="name",
    order=("pk",),
    search=("name", "purpose"),
    filters=(Filter("scope", "Reach"),),
    columns=(
        Column("name", "Name"),
        Column("answers_to", "Answers to", "empty where no source says"),
        Column("scope", "Reach"),
        Column("purpose", "What it answers for"),
        SAYS,
    ),
)
MOMENTS = Table(
    Moment,
    id="moments",
    name="moments",
    one="moment",
    about="What happened to the programme, and when.",
    key=("event", "on"),
    title="event",
    order=("on", "pk"),
    search=("event", "note"),
    filters=(Filter("event", "What"),),
    columns=(
        Column("event", "What"),
        Column("on", "When", "as exactly as it is known"),
        Column("count", "Count"),
        Column("unit", "Of what"),
        Column("note", "Note"),
        SAYS,
    ),
)
FIRST = (SOURCES,)
LAST = (DISAGREEMENTS, BODIES, MOMENTS)
