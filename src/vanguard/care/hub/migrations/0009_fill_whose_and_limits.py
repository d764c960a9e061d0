"""Notices from before say whose they are, and open referrals when their step will have lasted too long."""

from django.db import migrations
from django.db.models import F, Min, OuterRef, Q, Subquery


def fill(apps, _):
    """From the referral of each notice, and from the deadlines of each referral."""
    notice, referral, deadline = (apps.get_model("hub", name) for name in ("Notice", "Referral", "Deadline"))
    its = referral.objects.filter(pk=OuterRef("referral_id"))
    notice.objects.update(
        practice_id=Subquery(its.values("practice_id")[:1]),
        locality_id=Subquery(its.values("locality_id")[:1]),
        referrer_id=Subquery(its.values("referred_by_id")[:1]),
    )
    # One that has not been acted on is of a step that is open; of those that were, some are of steps long over.
    goes_on = Q(fired_at=None) | Q(of=F("referral__step"), at__gte=F("referral__entered_at"))
    first = deadline.objects.filter(goes_on, kind="overstay", referral=OuterRef("pk")).values("referral")
    referral.objects.filter(ended_at=None).update(
        limit_at=Subquery(first.annotate(at_first=Min("at")).values("at_first"))
    )


class Migration(migrations.Migration):
    dependencies = [("hub", "0008_whose_notice_and_limits")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
