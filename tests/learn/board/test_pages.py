"""Pages of measures: each figure recounts to its rows, nobody without the right sees any, no small number leaves.

Every figure of every page is held against the points that it is made of. Opening a point takes a tenth of a second, so
that of the points under each page some are drawn, the same in each run, and recounted from their rows.
"""

import csv
import html
import io
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.safety.served.walls import missing_headers
from tests.small_place import LOCALITIES, PRACTICES, Area

from vanguard.access.models import User
from vanguard.blueprint import Measure, adopted
from vanguard.directory import fill
from vanguard.learn.board.cards import card
from vanguard.learn.board.peering import chance
from vanguard.learn.board.points import FEW, Point

pytestmark = pytest.mark.sqlite_in_every_run

SignIn = Callable[..., Client]
ONE = "/measures/moon"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def table(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page(client, address))))


def cells(text: str) -> list[list[str]]:
    """The body rows of every table of a page, as people read them."""
    bodies = "".join(re.findall(r"<tbody.*?</tbody>", text, re.S))
    rows = re.findall(r"<tr.*?</tr>", bodies, re.S)
    return [[plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def plain(text: str) -> str:
    # A heading that stands beside its cell on a phone alone is no part of it.
    text = re.sub(r'<span class="nhsuk-table__heading".*?</span>', "", text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def number(text: str) -> float:
    return float(text.replace(",", ""))


def near(one: float, other: str) -> bool:
    """Whether a number is what a page wrote of it."""
    return one == pytest.approx(number(other), rel=0.01, abs=0.006)


NUMBER = {"stays": 1000, "told_stays": 1000, "back": 100, "nights": 1000, "falls": 1}
UNIT = {"stays": 365.25, "told_stays": 365.25}


def drawn(points: list[dict[str, str]], count: int = 1) -> list[dict[str, str]]:
    told = [point for point in points if point["value"]]
    return random.Random(str(told[0])).sample(told, count)


def recounted(analyst: Client, point: dict[str, str]) -> list[dict[str, str]]:
    """The rows behind a point, once they add up to all that it says."""
    measure, split = point["measure"], f"?by={point['by']}&part={point['part']}" if point["by"] != "all" else ""
    rows = table(analyst, f"{ONE}/{measure}/{point['start']}/rows.csv{split}")
    counted, base = (
        sum(float(row["amount"]) for row in rows if row["part_of"] == part) for part in ("numerator", "denominator")
    )
    assert counted == float(point["numerator"]), point
    if measure != "falls":
        assert base / UNIT.get(measure, 1) == pytest.approx(float(point["denominator"])), point
        counted *= UNIT.get(measure, 1) / base
    assert NUMBER[measure] * counted == pytest.approx(float(point["value"])), point
    return rows


@pytest.mark.parametrize(
    ("measure", "query"),
    [
        ("stays", "?by=practice&part=K80001"),
        ("stays", "?by=deprivation&part=2"),
        ("back", ""),
        ("nights", "?by=locality&part=mid"),
        ("falls", ""),
    ],
)
def test_every_figure_of_a_measure_recounts_to_its_rows(signed_in: SignIn, measure: str, query: str) -> None:
    analyst = signed_in("analyst")
    shown = page(analyst, f"{ONE}/{measure}{query}")
    points = [row for row in table(analyst, f"{ONE}/{measure}/points.csv{query}") if row["value"]]
    written = [row for row in cells(shown) if len(row) == 7]
    assert len(written) == len(points) > 5
    for row, point in zip(written, reversed(points), strict=True):
        assert near(float(point["numerator"]), row[1])
        assert row[2] == "" if point["denominator"] == "" else near(float(point["denominator"]), row[2])
        assert near(float(point["value"]), row[3])
    recounted(analyst, *drawn(points[:-1]))
    last = points[-1]
    rows = recounted(analyst, last)
    opened = page(analyst, f"{ONE}/{measure}/{last['start']}{query}")
    assert "The rows add up to the figure." in opened
    said = dict(re.findall(r"__key\">([\w ]+)</dt>.*?__value\">([\d,.]+)", opened))
    for key, name in (("Counted", "numerator"), ("Out of", "denominator"), ("Value", "value")):
        assert near(float(last[name]), said[key].rstrip(".,")) if last[name] else key not in said
    assert len(cells(opened)) == min(100, sum(row["part_of"] == "numerator" for row in rows))
    assert all(len(row["pseudonym"]) == 20 for row in rows)
    assert not re.search(r"\bp\d{1,4}\b", opened), "nobody under the id of their record"


def test_the_board_says_what_each_measure_says(signed_in: SignIn) -> None:
    analyst = signed_in("analyst")
    board = page(analyst, "/measures")
    assert "Never told" in board
    assert "Nothing of this kind has been told yet" in board
    for measure in ("stays", "back", "nights", "falls"):
        last = [row for row in table(analyst, f"{ONE}/{measure}/points.csv") if row["value"]][-1]
        card = plain(board.split(f"{ONE}/{measure}", 2)[-1].split("</section>")[0])
        said = re.search(r"20\d\d: ([\d,.]+)(?:,|\.)? ", card)
        assert said, card
        assert near(float(last["value"]), said[1].rstrip(".,")), card
        recounted(analyst, last)
    assert "New mean and limits from 1 March 2025: A ward closed" in page(analyst, f"{ONE}/stays")


def test_sites_side_by_side_are_sums_of_their_points_and_the_small_are_not_named(signed_in: SignIn) -> None:
    analyst = signed_in("analyst")
    for by, sites in (("practice", ("K80001", "K80002", "K80003")), ("locality", ("north", "mid", "south"))):
        shown = cells(page(analyst, f"{ONE}/stays/peers?by={by}"))
        sums = []
        for part in sites:
            year = table(analyst, f"{ONE}/stays/points.csv?by={by}&part={part}")[-12:]
            sums.append(tuple(sum(float(row[name]) for row in year) for name in ("numerator", "denominator")))
            recounted(analyst, *drawn(year))
        assert len(shown) == len(sites)
        for row in shown:
            found = [(n, d) for n, d in sums if near(n, row[1]) and near(d, row[2])]
            assert found, row
            assert near(1000 * found[0][0] / found[0][1], row[3])
    assert "The Smallest" not in page(analyst, f"{ONE}/stays/peers?by=practice") + page(
        analyst, f"{ONE}/stays?by=practice"
    )
    unnamed = page(analyst, f"{ONE}/stays?by=practice&part=K80009")
    assert cells(unnamed) == [] and "There is no such part today, or it is too small to be named here." in unnamed
    assert analyst.get(f"{ONE}/stays/2026-01-01?by=practice&part=K80009").status_code == 404
    assert analyst.get(f"{ONE}/stays/2026-01-01/rows.csv?by=practice&part=K80009").status_code == 404
    assert "not split by practice or locality" in page(analyst, f"{ONE}/falls/peers")


def test_the_review_takes_the_months_together(signed_in: SignIn) -> None:
    analyst = signed_in("analyst")
    points = [row for row in table(analyst, f"{ONE}/stays/points.csv") if row["value"]]

    def together(first: str, last: str) -> float:
        some = [row for row in points if first <= row["start"] and row["end"] < last]
        return 1000 * sum(float(row["numerator"]) for row in some) / sum(float(row["denominator"]) for row in some)

    before, three, year = cells(page(analyst, "/measures/review"))
    assert near(together("2025-01-01", "2026-01-01"), before[1])
    assert near(together("2026-01-01", "2026-04-01"), three[1])
    assert "So far, to 31 May 2026" in year[0]
    assert near(together("2026-01-01", "2027-01-01"), year[1])
    for point in drawn(points, 2):
        recounted(analyst, point)


def test_no_small_number_and_no_exact_one_leaves_the_wall(signed_in: SignIn) -> None:
    """A commissioner and the public see figures made from rounded counts; of falls, mostly under 8, none at all."""
    commissioner = signed_in("commissioner")
    analyst = signed_in("analyst")
    for measure in ("stays", "back", "nights", "falls"):
        exact = {row["start"]: row for row in table(analyst, f"{ONE}/{measure}/points.csv")}
        for row in table(commissioner, f"{ONE}/{measure}/points.csv"):
            if measure == "falls":
                assert not row["value"]
                assert row["reason"] == "Fewer than 8, which would point at people."
            elif row["value"]:
                assert float(row["numerator"]) % 5 == 0
                assert float(row["denominator"] or 0) % 5 == 0
                assert abs(float(row["numerator"]) - float(exact[row["start"]]["numerator"])) <= 2
    public = page(signed_in(), "/scorecard")
    said = plain(public.split("<h2", 1)[1])
    assert "Rare falls" in said
    assert "Fewer than 8, which would point at people." in said.split("Rare falls")[1][:100]
    scores = {plain(one.split("</h2>")[0]): plain(one) for one in public.split('<h2 class="nhsuk-heading-s">')[1:]}
    shown_of = {"stays": "Stays", "back": "Back again", "nights": "Nights", "told_stays": "Stays again"}
    assert scores.keys() == {*shown_of.values(), "Falls", "Never told"}
    for measure, label in shown_of.items():
        last = [row for row in table(commissioner, f"{ONE}/{measure}/points.csv") if row["value"]][-1]
        shown = re.search(r"· ([\d,.]+) .*?\(", scores[label])
        assert shown and near(float(last["value"]), shown[1]), measure


def test_a_light_says_no_more_than_the_points(moon: Path) -> None:
    stays, falls = (adopted(moon)[0].measures[id] for id in ("stays", "falls"))

    def light(measure: Measure, *values: float) -> str:
        starts = [date(2026 + month // 12, month % 12 + 1, 1) for month in range(len(values))]
        points = [Point(start, start, 10, 10, one, None, 10, None) for start, one in zip(starts, values, strict=True)]
        return card("any", measure, points).light.says

    assert light(stays) == light(stays, 19, 21, 40) == "Cannot say"
    assert light(stays, *[19, 21, 20, 22, 18] * 3) == "Watch", "a target of 20 that is met and missed by chance"
    assert light(stays, *[10, 11] * 8) == "Good"
    assert light(stays, *[30, 31] * 8) == light(falls, *[10, 11] * 8, *[18] * 8) == "Act"
    assert light(falls, *[10, 11] * 8) == "Steady"


ODD = ("%00", "%F0%9F%92%A9", "9" * 40, "'%20OR%201=1--", "..%2f..%2fetc%2fpasswd", "{{7*7}}", "%0d%0aa:%20b")
JUDGED = "/evaluations/moon/fewer_stays"


@pytest.mark.sqlite_only
def test_what_is_asked_oddly_breaks_nothing_and_names_nobody(signed_in: SignIn) -> None:
    """The hostile walk of the service meets these pages without a measure; here they are full."""
    for username in ("analyst", ""):
        client = signed_in(username)
        client.raise_request_exception = False
        for odd in ODD:
            for address in (
                f"{ONE}/stays?by={odd}&part={odd}&standardised={odd}",
                f"{ONE}/stays/peers?by={odd}",
                f"{ONE}/stays/{odd}/rows.csv?for={odd}",
                f"{ONE}/{odd}/points.csv?for={odd}",
                f"{JUDGED}/{odd}.csv?for={odd}",
                f"/evaluations/{odd}/{odd}",
                f"/scorecard?{odd}={odd}",
            ):
                answer = client.get(address)
                assert answer.status_code in (200, 302, 400, 404), (username, address, answer.status_code)
                told = answer.content.decode()
                assert not re.search(r"\bp\d{1,4}\b|Traceback|SELECT |site-packages|root:x:", told), (username, address)
                assert not missing_headers({name.lower(): said for name, said in answer.headers.items()}), address
        for address in (ONE + "/stays", JUDGED, "/scorecard", f"{JUDGED}/course.csv", "/measures/review"):
            for method in ("POST", "PUT", "DELETE", "TRACE", "OPTIONS"):
                assert client.generic(method, address).status_code in (302, 405), (username, method, address)


def test_two_sources_side_by_side_recount_and_say_how_they_differ(signed_in: SignIn) -> None:
    analyst = signed_in("analyst")
    shown = page(analyst, "/measures/two-sources")
    points = [
        {row["start"]: row for row in table(analyst, f"{ONE}/{id}/points.csv") if row["value"]}
        for id in ("stays", "told_stays")
    ]
    rows = cells(shown)
    assert len(rows) == len(points[0]) > 12
    for row, start in zip(rows, sorted(points[0], reverse=True), strict=True):
        first, second = (float(found[start]["value"]) for found in points)
        assert near(first, row[1])
        assert near(second, row[2])
        share = round(100 * abs(first - second) / second)
        assert row[3] == ("The same." if first == second else f"The wards: {share}% less than the gate.")
    for found in points:
        point = drawn(list(found.values()))[0]
        assert f'href="{ONE}/{point["measure"]}/{point["start"]}"' in shown
        recounted(analyst, point)
    assert "Stays as two tell it" in page(signed_in("commissioner"), "/measures/two-sources")
    assert signed_in("gp").get("/measures/two-sources").status_code == 403


def test_a_practice_sees_itself_beside_the_others_and_no_name(signed_in: SignIn) -> None:
    """Its figure is made from its rounded sums of the last year; a GP sees no point, no row and no other practice."""
    gp = signed_in("gp")
    shown = page(gp, "/measures/practice")
    assert "The Mill Surgery" in shown
    for other in ("Vale Medical Centre", "Hilltop Practice", "The Smallest"):
        assert other not in shown
    analyst = signed_in("analyst")
    rows = cells(shown)
    for measure, label, row in zip(("stays", "back"), ("Stays", "Back again"), rows, strict=True):
        assert row[0].startswith(label)
        points = table(analyst, f"{ONE}/{measure}/points.csv?by=practice&part=K80001")
        whole = {one["start"] for one in table(analyst, f"{ONE}/{measure}/points.csv") if one["value"]}
        year = [one for one in points if one["start"] in sorted(whole)[-12:] and one["value"]]
        recounted(analyst, *drawn(year))
        counted, of = (5 * round(sum(float(one[name]) for one in year) / 5) for name in ("numerator", "denominator"))
        assert near(NUMBER[measure] * counted / of, row[1]), measure
        assert "chance" in row[4]
    for username, status in (("analyst", 403), ("commissioner", 403), ("nurse", 403), ("", 302)):
        assert signed_in(username).get("/measures/practice").status_code == status, username


def test_a_small_practice_sees_itself_alone_and_how_far_chance_reaches(signed_in: SignIn) -> None:
    """Forty people: a rate with wide limits or none and why, in every row; elsewhere it is not named."""
    gp = signed_in("gp")
    fill(LOCALITIES, (*PRACTICES, Area("K80009", "The Smallest", "HP13 4DD", "10H", "south")))
    User.objects.filter(username="gp").update(practice_id="K80009")
    shown = page(gp, "/measures/practice")
    rows = cells(shown)
    assert "The Smallest" in shown and rows
    assert "Too few people are registered here" not in shown
    for row in rows:
        assert all(row), "a figure or a reason in every cell"
        assert row[1:] == [FEW] or "Chance alone reaches from" in row[4] or "of" in row[4], row
    assert "The Mill Surgery" not in shown


def test_where_too_few_sites_are_large_enough_it_is_said_once(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for view in ("peers", "practice"):
        monkeypatch.setattr(f"vanguard.learn.board.views.{view}.LEAST_SITES", 9)
    shown = page(signed_in("gp"), "/measures/practice")
    assert shown.count("Too few practices are large enough to be held against") == 1
    assert "All together" not in shown and "Chance alone reaches from" in cells(shown)[0][2]
    shown = page(signed_in("analyst"), f"{ONE}/stays/peers")
    assert "Fewer than three practices have the 1,000 people that it takes to be named here" in shown
    assert cells(shown) == []


def test_chance_reaches_as_far_as_tables_say() -> None:
    """Exact Poisson limits of 10 are 4.80 and 18.39, of none 3.69; Wilson of 15 in 20: 0.531 and 0.888."""
    assert chance(10, 1, share=False) == pytest.approx((4.795, 18.39), abs=0.02)
    assert chance(0, 1, share=False) == pytest.approx((0, 3.689), abs=0.001)
    assert chance(15, 20, share=True) == pytest.approx((0.531, 0.888), abs=0.001)


def test_who_may_see_what(signed_in: SignIn) -> None:
    closed: dict[str, Any] = {
        "": 302,
        "gp": 403,
        "admin": 403,
        "commissioner": 403,
    }
    for username, status in closed.items():
        client = signed_in(username)
        for address in ("/stays/2026-01-01", "/stays/2026-01-01/rows.csv", "/stays/peers"):
            assert client.get(ONE + address).status_code == status, (username, address)
        if username in ("gp", "admin"):
            for address in ("/measures", "/measures/review", f"{ONE}/stays", f"{ONE}/stays/points.csv"):
                assert client.get(address).status_code == 403, (username, address)
    analyst = signed_in("analyst")
    for address in ("/stays/2026-01-02", "/stays/never", "/nothing", "/stays/2026-01-01/rows.csv?by=sex&part=none"):
        assert analyst.get(ONE + address).status_code == 404, address
    assert analyst.get("/measures/sun/stays").status_code == 404
    assert analyst.get(f"{ONE}/stays/points.csv?for=%3D").status_code == 400
