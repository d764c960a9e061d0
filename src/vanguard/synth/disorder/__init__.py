"""How untidy the extracts are: switches with the shares of what goes wrong, and the slips themselves.
Everything that a profile plants is told in the truth."""

from vanguard.synth.disorder.profile import Disorder, read_disorder
from vanguard.synth.disorder.slips import (
    exchange_day_and_month,
    failing,
    look_alike,
    mistype,
    mistype_date,
    mistype_postcode,
    plain_letters,
)

__all__ = [
    "Disorder",
    "exchange_day_and_month",
    "failing",
    "look_alike",
    "mistype",
    "mistype_date",
    "mistype_postcode",
    "plain_letters",
    "read_disorder",
]
