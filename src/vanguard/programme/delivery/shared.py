"""What several tables of delivery have: of which site or place a row is, its status, and that it names nobody."""

from collections.abc import Iterator

from vanguard.programme.delivery.status import AMBER, BLUE, GREEN, RED, SILENT, WORDS
from vanguard.programme.nobody import names_nobody
from vanguard.programme.tables import Column, Fault, Filter, Values

STATUSES = {colour: WORDS[colour] for colour in (RED, AMBER, SILENT, GREEN, BLUE)}
STATUS = Filter("status", "Status")
ROLE = "a role, no name"
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)
WHERE = (Column("site", "Site", "empty where it is about no one site"), Column("place", "Place", "if it is no site"))
FILTERS = (Filter("site", "Site", typed=True), Filter("place", "Place"))


def check_placed(values: Values) -> Iterator[Fault]:
    """A row is about a site or a place elsewhere, or neither, and names nobody."""
    yield from names_nobody(values)
    if values["site"] is not None and values["place"]:
        yield Fault("place", "The row is about a site or about a place elsewhere.", "Write one of the two, or neither.")
