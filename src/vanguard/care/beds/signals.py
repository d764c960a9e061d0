"""What other rooms may hear of beds."""

from django.dispatch import Signal

# In the transaction that writes it, with `referral`, `bed` (in words), `kind`, `why` and `at`: a bed that was held for
# a referral is so no more, and nobody who works on that referral let it go.
bed_lost = Signal()
