"""The referral point in numbers: each number opens to rows that recount to it, and tells no small number."""

import html
import re
from datetime import timedelta

from django.db import transaction
from tests.care.hub.conftest import PATHWAY
from tests.care.hub.test_letters import CALL, DECISION
from tests.care.hub.test_pages import people, signed_in, text  # noqa: F401 - fixtures

from vanguard import clock
from vanguard.access import disclose
from vanguard.access.models import Choice
from vanguard.care import hub
from vanguard.care.hub import About, Referrer, numbers
from vanguard.care.roster.models import Shift
from vanguard.clock import LONDON
from vanguard.directory.models import Organisation, Professional
from vanguard.flow import Arrived, Closed, Finished, Received

LINK = re.compile(r'<a href="(/referrals/numbers/[^"]+)">([\d,]+)</a>')


def test_each_number_opens_to_rows_that_recount_to_it(
    people,  # noqa: F811
    referral_point,
    clerk,
    triage_nurse,
    nurse,
    signed_in,  # noqa: F811
    monkeypatch,
):
    start = (clock.now() - timedelta(days=7)).replace(minute=5)

    def help_one(person_id: str, *, hours: float, ends: bool) -> None:
        received = Received(start, "general_practice", "phone", age=81, sex="female")
        about = About(person_id, family_name="Zname", birth_date=(start - timedelta(days=365 * 82)).date())
        number = hub.receive(referral_point, PATHWAY, about, Referrer("Dr Z"), received, by=clerk, now=start).number
        arrives = start + timedelta(hours=hours)
        hub.record(number, Finished(start, "taking_the_call", CALL), seen=1, by=clerk, now=start)
        hub.record(number, Finished(start, "clinical_triage", DECISION), seen=2, by=triage_nurse, now=start)
        hub.record(number, Arrived(arrives, "response_visit"), seen=3, by=nurse, now=arrives)
        if ends:
            hub.record(number, Closed(arrives, "person_declined"), seen=4, by=nurse, now=arrives)

    known = [one.columns["person_id"] for one in people]
    for number in range(11):
        help_one(known[number], hours=2, ends=number < 9)
    for _ in range(2):
        help_one("", hours=4, ends=False)
    # Whoever opted out of planning is in no number, and nor is one by subtraction.
    Choice.objects.create(person_id=known[11], sharing="share_all", planning=False, start=start, role="gp")
    for _ in range(8):
        help_one(known[11], hours=5, ends=True)

    analyst = signed_in("analyst")
    page = analyst.get("/referrals/numbers").content.decode()
    found = LINK.findall(page)
    rows_of = {}
    for address, shown in found:
        behind = analyst.get(html.unescape(address)).content.decode()
        names = re.findall(r'vg-pseudonym">(\w+)<', behind)
        rows_of[html.unescape(address)] = len(names)
        assert f"{disclose(len(names)):,}" == shown
        assert "Zname" not in behind and not any(one in behind for one in known)
        assert "80 to 84" in behind
    assert sorted(rows_of.values()) == [9, 11, 13, 13]
    # Two arrived too late, and four are still open: too few to say, or to open.
    shown = text(analyst.get("/referrals/numbers"))
    assert "Rapid response 10 fewer than 8 too few to say" in shown
    assert "GP or practice nurse The person does not want this help 10" in shown
    late = f"/referrals/numbers/promises?of={PATHWAY}&of=rapid_response&of=no"
    for address in (late, "/referrals/numbers/people", "/referrals/numbers/promises?of=x"):
        assert analyst.get(address).status_code == 404, address

    # One that comes while a number is opened is in the next answer.
    named = numbers._pseudonym

    def one_comes(number: int, person_id: str) -> str:
        monkeypatch.setattr(numbers, "_pseudonym", named)
        help_one(known[0], hours=2, ends=False)
        return named(number, person_id)

    with transaction.atomic():
        monkeypatch.setattr(numbers, "_pseudonym", one_comes)
        assert analyst.get(next(address for address in rows_of if "/referrals_by_hour" in address)).status_code == 200
        assert numbers._pseudonym is named
        transaction.set_rollback(True)

    # Beside the referrals of their hour stands who was there, and each of those numbers opens to rows too.
    day, hour = str(start.astimezone(LONDON).weekday()), f"{start.astimezone(LONDON):%H}"
    begins = start.replace(minute=30, second=0, microsecond=0)
    for number, lasts in enumerate((30, 90)):
        trust = Organisation.objects.get_or_create(code="T", defaults={"name": "Trust"})[0]
        who = Professional.objects.create(code=f"ZPROF{number}", name=f"Zprof {number}", employer=trust)
        end = begins + timedelta(minutes=lasts)
        Shift.objects.create(professional=who, pool="night_teams", start=begins, end=end, entered_at=start)
    page = analyst.get(f"/referrals/numbers?day={day}").content.decode()
    staff = dict(re.findall(r'<a href="(/referrals/numbers/staff[^"]+)">([\d.]+)</a>', page))
    [address] = [one for one in staff if f"of={hour}&amp;" in one]
    behind = analyst.get(html.unescape(address))
    rows = [int(one) for one in re.findall(r"numeric\">(\d+)</td>", behind.content.decode())]
    # The rota began in that hour a week ago, and the same hour of today is not over.
    assert rows == [30, 30] and staff[address] == f"{sum(rows) / 60:.1f}"
    assert "60 minutes in 1 such hour" in text(behind) and "ZPROF" not in behind.content.decode()
    assert '"came": 20' in page or '"came": 15' in page
    assert analyst.get("/referrals/numbers/staff?of=9&of=09&of=x").status_code == 404

    commissioner = signed_in("commissioner")
    seen = commissioner.get("/referrals/numbers").content.decode()
    assert not LINK.findall(seen) and "Rapid response" in seen
    assert commissioner.get(next(iter(rows_of))).status_code == 403
    for username in ("taker", "gp", "admin"):
        assert signed_in(username).get("/referrals/numbers").status_code == 403, username
