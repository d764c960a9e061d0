"""The table of keys, declared. What was received is no table: it comes in by its own door alone."""

import re
from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.published.models import PublishingKey
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

KEY = re.compile(r"[0-9a-f]{64}")


def check_key(values: Values) -> Iterator[Fault]:
    """It is a public key, and ends after it begins."""
    if not KEY.fullmatch(values["public_key"]):
        do = "Take what `vanguard publish --key` says in the place: 64 digits and letters from a to f."
        yield Fault("public_key", "This is no public key.", do)
    if turned(values, "since", "until"):
        yield Fault("until", "The key ends before it begins.")


KEYS = Table(
    PublishingKey,
    id="publishing-keys",
    name="keys of sites",
    one="key of a site",
    about="With which key each site signs what it publishes. What is signed with another is refused.",
    key=("public_key",),
    order=("site__name", "-since"),
    filters=(Filter("site", "Site", typed=True),),
    public=False,
    check=check_key,
    columns=(
        Column("public_key", "Public key", "what vanguard publish --key says in the place"),
        Column("site", "Site"),
        Column("since", "Since"),
        Column("until", "Until", "its last day, once the site has another"),
    ),
)
TABLES = (KEYS,)
