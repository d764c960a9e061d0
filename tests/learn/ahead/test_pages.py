"""Pages of what may come: who sees them, what is asked for and worked out once, busy said politely, nothing small."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.test import Client

from vanguard.blueprint import Blueprint
from vanguard.directory.models import Organisation
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.learn.ahead import place as place_of
from vanguard.learn.ahead import trying, working
from vanguard.learn.ahead.models import Trial
from vanguard.learn.ahead.trying import MOST_WAITING
from vanguard.learn.simulate.forecast.kept import kept_forecasts
from vanguard.learn.simulate.population import attributed, chain, findings, kept, model_of
from vanguard.web.demo_users import DEMO_PASSWORD, make_demo_users

NOW = datetime(2026, 6, 5, 12, 10, tzinfo=UTC)
PAGE = "/scenarios/frail-older-people"
# Nothing here is asked of a database otherwise than elsewhere.
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def signed_in(db: None, place: Path) -> Callable[[str], Client]:
    make_demo_users()

    def sign_in(username: str) -> Client:
        client = Client()
        assert client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD}).status_code == 302
        return client

    return sign_in


def words(answer: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))  # type: ignore[attr-defined]


def test_scenarios_are_asked_for_worked_out_once_and_compared(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "REPLICATIONS", 2)
    monkeypatch.setattr(trying, "DAYS", 14)
    lead = signed_in("lead")
    [first, *_] = re.findall(r'href="([^"]+\?scenario=[^"]+)"', lead.get("/scenarios").content.decode())
    assert lead.get(first).status_code == 200
    assert "Not worked out yet: As assumed; Separate services" in words(lead.get(PAGE))
    # Out of reach: the page, with the sentence beside the slider, and nothing is begun.
    wrong = {"call_takers": "900", "people_referred": "x"}
    for refused in (lead.get(f"{PAGE}?call_takers=900"), lead.post(PAGE, wrong)):
        assert refused.status_code == 400
        assert "Error: Call-takers on duty: 900 is not from 1 to 6. Give a number" in words(refused)
        assert 'href="#slider-call_takers"' in refused.content.decode()
    assert "Error: x is not a number. Give a number." in words(refused)
    assert not Trial.objects.exists()
    assert lead.get("/scenarios/nowhere").status_code == 404
    asked = {"scenario": "no_night_cover", "call_takers": "3", "people_referred": "13000"}
    answer = lead.post(PAGE, asked)
    # What stands where it stood is no move; the address says the rest, and gives the same page to somebody else.
    assert answer["Location"] == f"{PAGE}?scenario=no_night_cover&call_takers=3#results"
    moved = answer["Location"].split("#")[0]
    lead.post(PAGE, asked)
    assert Trial.objects.count() == 7
    waiting = lead.get(moved)
    assert "Working it out: 0 of" in words(waiting)
    one = Trial.objects.exclude(values={}).get()
    Trial.objects.exclude(pk=one.pk).exclude(scenario="").delete()
    while working.one_trial(NOW):
        pass
    seen = lead.get(moved)
    said = words(seen)
    assert "With the sliders moved" in said
    assert "2 times" in said
    assert "A clinician to decide" in said
    [spec] = re.findall(r'class="vg-spec">(.*?)</script>', seen.content.decode())
    names = json.loads(spec)["encoding"]["color"]["scale"]["domain"]
    assert names == ["As assumed", "With the sliders moved"]
    assert seen.content.decode().count("<caption") == 6
    progress = lead.get(f"{moved}&rows=1")
    assert progress["HX-Redirect"].startswith(moved)
    # A slider is labelled, described, and moved by keys: the browser's own.
    assert seen.content.decode().count('type="range"') == 7
    for id in ("call_takers", "beds_for_step_up"):
        assert f'<label class="nhsuk-label" for="slider-{id}">' in seen.content.decode()


def test_how_many_are_needed_is_worked_out_and_shown(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        "kept": 0.95,
        "replications": 8,
        "days": 56,
        "pounds_a_year": 1234567,
        "resources": {"desk": {"label": "The desk", "kind": "staff", "assumed": 2.0, "needed": 3.0, "whole_time": 14.1,
                               "used": 0.4, "busiest_hour": "Monday 09:00", "pounds_a_year": 1234567}},
        "clocks": {"soon": {"label": "Soon", "kept": {"mean": 0.97, "low": 0.96, "high": 0.98}}},
        "by_hour": [{"id": "desk", "label": "The desk", "within_minutes": 5, "hours": [None, *[2] * 23]}],
        "by_day": [{"id": "car", "label": "The car", "hours": [40.2, 38.0, 37.0, 36.0, 39.0, 21.0, 20.0]}],
        "no_number_keeps": ["soon"],
        "not_settled": ["desk"],
        "breaks_first": {"growth": 1.1, "clocks": {"soon": 0.9}, "labels": {"soon": "Soon"},
                         "most_used": {"resource": "desk", "label": "The desk", "used": 0.99}},
    }  # fmt: skip
    monkeypatch.setattr(working, "_result", lambda *_: found)
    lead = signed_in("lead")
    assert lead.post(f"{PAGE}/needed", {"scenario": ""}).status_code == 302
    assert working.one_trial(NOW)
    said = words(lead.get(f"{PAGE}/needed"))
    assert "Monday Tuesday" in said
    for one in ("£1,234,567 a year", "With 10% more people the first promise breaks: Soon (90%)", "No number of staff",
                "How many in each hour", "closed", "14.1", "3 or fewer", "The car 40 38 37 36 39 21 20"):  # fmt: skip
        assert one in said


def test_everybody_over_years_is_told_in_words_a_picture_and_tables_whose_parts_sum(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(one: Trial, blueprint: Blueprint, _: object) -> dict[str, Any]:
        model = model_of(blueprint.simulate.population, 3000)
        ran = chain(model, one.scenario or None, years=2, replications=2)
        return kept(findings(ran, one.scenario or None), "Counted nowhere.")

    monkeypatch.setattr(working, "_result", small)
    lead, page = signed_in("lead"), f"{PAGE}/years"
    assert "It was not worked out yet" in words(lead.get(page))
    assert lead.get(f"{page}?future=nowhere").status_code == 404
    assert signed_in("gp").get(page).status_code == 403
    assert lead.post(page, {"future": "aligned_team"})["Location"] == f"{page}?future=aligned_team"
    assert "Working it out: 0 of 120" in words(lead.get(page))
    assert working.one_trial(NOW)
    answer = lead.get(page)
    said = words(answer)
    for one in ("Counted nowhere.", "people live here", "In hospital overnight: ", "with the plan",
                "What all of these cost in", "Living in a care home: most at once", "Staff: "):  # fmt: skip
        assert one in said, one
    assert len(re.findall(r'class="vg-spec">', answer.content.decode())) == 2
    found = Trial.objects.get().found
    for one in attributed(found):
        assert sum(share.part["mean"] for share in one.shares) == pytest.approx(one.whole["mean"], rel=1e-4, abs=0.01)
    assert lead.get(f"{page}?future=").status_code == 200


def test_what_a_service_showed_of_itself_is_told_and_scenarios_run_with_it(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, page = signed_in("lead"), f"{PAGE}/learned"
    blueprint = next(one for one in place_of.simulated_blueprints() if PAGE.endswith(one.id))
    way = next(iter(blueprint.simulate.arrivals))
    of = {"pathway": way, "real": 0.5, "assumed": 0.9, "calibrated": 0.51}
    took = {"pathway": way, "real": 90.0, "assumed": None, "calibrated": 180.0}
    found = {
        "of": trying.written(blueprint), "since": "2026-03-06T00:00:00+00:00", "until": "2026-06-05T11:00:00+00:00",
        "changed": {"arrivals": {way: {"per_year": 4321.0}}}, "said": ["4,321 referrals a year, not 13,000."],
        "promises": [of | {"clock": "a", "label": "Soon", "settled": 1200},
                     of | {"clock": "c", "label": "Later", "settled": 900, "calibrated": 0.1},
                     of | {"clock": "b", "label": "Rarely", "settled": 29}],
        "steps": [took | {"step": "c", "label": "Answering", "finished": 900},
                  took | {"step": "c", "label": "Answering", "finished": 70, "real": 30.0, "whose": "everybody else"}],
    }  # fmt: skip
    monkeypatch.setattr(working, "_learned", lambda *_: found)
    assert signed_in("gp").get(page).status_code == 403
    assert "It was not worked out yet" in words(lead.get(page))
    assert lead.post(page)["Location"].startswith(page)
    assert "Working it out: 0 of" in words(lead.get(page))
    assert working.one_trial(NOW)
    answer = lead.get(page)
    said = words(answer)
    for one in ("Learned from 6 March 2026 to 5 June 2026", "4,321 referrals a year, not 13,000.",
                "Soon 1,200 50% 90% 51%", "Do not rely on a scenario for Later: even",
                "Answering 900 90 minutes nobody 3.0 hours",
                "Answering, everybody else 70 30 minutes nobody 3.0 hours", "1 more was seen"):  # fmt: skip
        assert one in said, one
    assert "Rarely" not in answer.content.decode()
    # Each scenario then changes what was learned, and not what was assumed.
    assert lead.post(PAGE, {"learned": "1"})["Location"] == f"{PAGE}?learned=1#results"
    ran = Trial.objects.exclude(kind=trying.LEARNED)
    assert ran.count() == 1 + len(blueprint.simulate.scenarios)
    assert {json.dumps(one.learned) for one in ran} == {json.dumps(found["changed"])}
    seen: list[Blueprint] = []

    def refuse(_: Trial, blueprint: Blueprint, __: object) -> dict[str, Any]:
        seen.append(blueprint)
        raise BadInput("Not today.")

    monkeypatch.setattr(working, "_result", refuse)
    assert working.one_trial(NOW)
    assert seen[0].simulate.under().arrivals[way].per_year == 4321
    assert seen[0].simulate.under().staff == blueprint.simulate.under().staff
    said = words(lead.get(f"{PAGE}?learned=1"))
    assert "As it really runs : Not today." in said and "Back to what is assumed" in said
    lead.post(PAGE, {})
    assert Trial.objects.exclude(kind=trying.LEARNED).count() == 2 * len(ran)


def test_too_many_are_refused_politely_and_what_fails_is_said(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = signed_in("lead")
    for number in range(MOST_WAITING):
        Trial.objects.create(key=str(number), kind="scenario", blueprint="gone", asked_at=NOW)
    answer = lead.post(PAGE, {"scenario": "", "call_takers": "3"})
    assert answer.status_code == 429
    assert "Yours was not taken" in words(answer)
    assert Trial.objects.count() == MOST_WAITING
    assert working.one_trial(NOW)
    done = Trial.objects.get(ended_at__isnull=False)
    assert done.problem == "This place does not run gone any more."
    # What a process left behind is taken up again by another; what nobody asked for in a month goes.
    Trial.objects.update(begun_at=NOW, ended_at=None)
    assert trying.take(NOW) is None
    assert trying.take(NOW + timedelta(minutes=11)) is not None
    trying.end(Trial.objects.first(), None, "", NOW + timedelta(days=31))  # type: ignore[arg-type]
    assert Trial.objects.count() == 1


def test_forecasts_are_shown_or_withdrawn_and_the_public_page_has_no_small_number(
    signed_in: Callable[[str], Client], place: Path
) -> None:
    lake = Lake(place)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        draws = json.dumps(list(range(40, 139)))
        batch.replace("forecast", con, f"""
            SELECT series, place, TIMESTAMP '2026-06-05 12:00' AS made_at,
                   TIMESTAMP '2026-06-05 12:00' AS known_until,
                   TIMESTAMP '2026-06-05 12:00' AS begins, TIMESTAMP '2026-06-05 12:00' + to_hours(hours) AS ends,
                   hours,
                   '{draws}' AS draws, '[]' AS naive, hours < 48 AS shown, 'Because.' AS why, NULL::DOUBLE AS truth,
                   NULL::DOUBLE AS crps, NULL::DOUBLE AS naive_crps, NULL::DOUBLE AS pit
            FROM (VALUES ('attendances', 'all'), ('attendances', 'A'), ('beds', 'all')) v(series, place),
                 (VALUES (6), (24), (168)) w(hours)""")  # fmt: skip
        batch.replace("usual_wait", con, """
            SELECT place, from_hour, attendances, 101.0 AS median_minutes, 251.0 AS minutes_nine_in_ten,
                   DATE '2026-04-10' AS since, DATE '2026-06-04' AS until
            FROM (VALUES ('A', 12, 400), ('A', 18, 19), ('B', 12, 3)) v(place, from_hour, attendances)""")  # fmt: skip
    Organisation.objects.create(code="A", name="The county hospital")
    assert len(kept_forecasts(lake)) == 9
    said = words(signed_in("lead").get("/forecast"))
    assert "Not enough is known yet: a forecast needs four weeks of counts." in said
    assert (
        "In the 6 hours from 13:00 on Friday 5 June: about 89 people expected; with 80 in 100 between 49 and 129"
        in said
    )
    assert "Withdrawn." in said and "In the 168 hours (7 days)" in said and "Because." in said
    hospital = words(signed_in("commissioner").get("/forecast/hospital"))
    assert "At 19:00 on Friday 5 June: about 89 beds taken" in hospital
    assert signed_in("admin").get("/forecast").status_code == 403
    public = words(Client().get("/short-waits"))
    assert "1 hour 45 minutes (4 hours 15 minutes)" in public
    # Names are the directory's; a code that it does not know says that it is one.
    assert "The county hospital" in public and "Emergency department with the code B" in public
    assert public.count("Too few to say") == 7
    assert "400" not in public and "19" not in public.split("in each emergency department")[1]
    for username, status in (("analyst", 200), ("gp", 403), ("commissioner", 200)):
        assert signed_in(username).get("/scenarios").status_code == status
    assert {one.name for one in tables()["usual_wait"].columns} >= {"attendances"}
    assert place == settings.PLACE
