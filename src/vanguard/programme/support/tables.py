"""The tables of support, declared."""

from vanguard.programme.sources.tables import SAYS
from vanguard.programme.support.models import SupportArea
from vanguard.programme.tables import Column, Table

AREAS = Table(
    SupportArea,
    id="support-areas",
    name="areas of support",
    one="area of support",
    about="In what the programme supports its sites.",
    key=("short",),
    title="name",
    order=("number",),
    search=("name", "purpose"),
    columns=(
        Column("short", "Short name", "how files and addresses name it", unlisted=True),
        Column("name", "Name"),
        Column("number", "Number"),
        Column("first_number", "Number at first", "empty where it was not in the first package"),
        Column("purpose", "What for"),
        SAYS,
    ),
)
TABLES = (AREAS,)
