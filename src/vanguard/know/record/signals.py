"""What other rooms may hear of the record."""

from django.dispatch import Signal

# The record was published anew, with `lake` and `now`: what partners told may have changed.
published = Signal()
