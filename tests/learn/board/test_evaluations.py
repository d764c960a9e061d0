"""Evaluations on pages: the plan before the result, early looks that say so, no figure of a unit too small to name."""

import csv
import html
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.learn.board.conftest import NOW

from vanguard.blueprint import adopted
from vanguard.lake import Lake
from vanguard.learn.evaluate import Kept, keep_evaluations, kept_evaluation

pytestmark = pytest.mark.sqlite_in_every_run

SignIn = Callable[..., Client]
PERSONS = "/evaluations/moon/seen_in_a_hurry"
ONE, SMALLEST = "/evaluations/moon/fewer_stays", "/evaluations/moon/in_the_smallest"


def page(client: Client, address: str) -> str:
    """What people read on a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source(client, address))).split())


def source(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_library_and_the_measure_say_how_each_plan_stands(signed_in: SignIn) -> None:
    analyst = signed_in("analyst")
    shown = page(analyst, "/evaluations")
    for label, stands in {
        "Are there fewer stays?": "Verdict It says: no clear evidence, so far.",
        "And in the smallest?": "Verdict It has a verdict that rests on too few events to be shown.",
        "Against the others?": "Waiting It cannot be judged yet.",
        "Did nights change?": "Planned It is planned.",
    }.items():
        assert stands in shown.split(label)[1].split("Written down")[0]
    assert shown.count("On 5 June 2026, and nothing has changed since") == 5
    assert "Matched cohort, over persons" in shown
    assert "Interrupted time series, over practices" in shown
    beside = source(analyst, "/measures/moon/stays")
    assert f'<a href="{ONE}">Are there fewer stays?</a> says: no clear evidence, so far.' in beside


def test_a_plan_stands_before_its_result_and_every_figure_is_in_a_file(signed_in: SignIn, moon: Path) -> None:
    analyst = signed_in("analyst")
    shown, kept = page(analyst, ONE), kept_evaluation(moon, "moon", "fewer_stays")
    assert kept is not None and kept.result is not None
    order = (
        "Do stays fall where the keeper came?",
        "The Mill Surgery (K80001)",
        "Everyone from 1 November 2025 to 30 November 2025: The keeper was still learning",
        "Know this first",
        "This is an early look. The plan looks at the time to 1 November 2026",
        "written down here after the last of the data",
        *kept.result.warnings,
        kept.result.councillor,
        "95% interval",
        "Could the comparison be wrong?",
        "Does the result hang on one choice?",
    )
    assert sorted(order, key=shown.index) == list(order)
    drawn = [json.loads(one) for one in re.findall(r'class="vg-spec">(.*?)</script>', source(analyst, ONE), re.S)]
    assert len(drawn) == len(kept.result.figures) > 0
    for name in kept.result.tables:
        rows = list(csv.DictReader(io.StringIO(source(analyst, f"{ONE}/{name}.csv"))))
        assert rows, name
        if name == "course":
            assert [row["period"] for row in rows] == [one["period"] for one in drawn[0]["data"]["values"]]
            assert all(f"{float(row['observed']):.1f}"[:3] in shown for row in rows if row["observed"])
    assert analyst.get(f"{ONE}/nothing.csv").status_code == 404
    assert analyst.get("/evaluations/moon/nothing").status_code == 404


def test_a_matched_cohort_is_shown_without_a_person(signed_in: SignIn, moon: Path) -> None:
    kept = kept_evaluation(moon, "moon", "seen_in_a_hurry")
    assert kept is not None and kept.result is not None, kept
    found = kept.result
    assert set(found.figures) >= {"course", "survival", "balance", "choices"}
    assert {"rates", "survival", "balance"} <= set(found.tables) and "who" not in found.tables
    assert "among" in found.councillor and "people" in found.councillor
    analyst = signed_in("analyst")
    shown = page(analyst, PERSONS)
    for said in ("Whoever came in a hurry", "Equal in sex", "Near in age; Stays in the year before", "Month 1"):
        assert said in shown, said
    assert not re.search(r"\bp\d+\b", json.dumps(found.model_dump(mode="json")))
    report = (moon / "evaluations" / "moon" / "seen_in_a_hurry" / "report.html").read_text("utf-8")
    assert report.count("<svg") == len(found.figures)
    assert list(csv.DictReader(io.StringIO(source(analyst, f"{PERSONS}/balance.csv"))))
    commissioner = page(signed_in("commissioner"), PERSONS)
    assert found.councillor not in commissioner and found.expected not in commissioner


def test_without_the_right_to_rows_all_is_a_share_and_no_file_leaves(signed_in: SignIn, moon: Path) -> None:
    commissioner = signed_in("commissioner")
    shown, kept = page(commissioner, ONE), kept_evaluation(moon, "moon", "fewer_stays")
    assert kept is not None and kept.result is not None
    found = kept.result
    assert found.in_shares in shown and found.share[1] in shown
    best, absolute = found.rows[0][1:], found.rows[2][1:]
    for secret in (found.councillor, found.expected, found.smallest, *best, *absolute, *(c.says for c in found.checks)):
        assert secret not in shown
    assert "vg-spec" not in source(commissioner, ONE)
    assert commissioner.get(f"{ONE}/course.csv").status_code == 403
    for address in ("/evaluations", ONE, f"{ONE}/course.csv"):
        assert signed_in("gp").get(address).status_code == 403
        assert signed_in().get(address).status_code == 302


def test_of_a_unit_too_small_to_be_named_nobody_sees_a_figure(signed_in: SignIn, moon: Path) -> None:
    kept = kept_evaluation(moon, "moon", "in_the_smallest")
    assert kept is not None and kept.result is not None and 0 < kept.result.counted < 8
    for username in ("analyst", "commissioner"):
        client = signed_in(username)
        shown = page(client, SMALLEST)
        assert "Fewer than 8, which would point at people." in shown
        for secret in (kept.result.councillor, kept.result.in_shares, kept.result.share[0], kept.result.rows[0][1]):
            assert secret not in shown
    assert signed_in("analyst").get(f"{SMALLEST}/course.csv").status_code == 404


def test_a_plan_is_judged_when_its_figures_are_new_and_remembers_what_it_was(moon: Path, tmp_path: Path) -> None:
    home = shutil.copytree(moon, tmp_path / "moon")
    lake, plans = Lake(home), home / "blueprints" / "moon" / "evaluation.yaml"
    report = home / "evaluations" / "moon" / "fewer_stays" / "report.html"

    def kept(days: int) -> dict[str, Kept]:
        blueprints = adopted(home)
        found = list(keep_evaluations(lake, blueprints, NOW + timedelta(days=days)))
        return dict(zip(blueprints[0].evaluations, found, strict=True))

    report.write_text("read, and left alone")
    before = kept(1)
    assert report.read_text() == "read, and left alone"
    assert before["next_year"].state == "planned"

    plans.write_text(plans.read_text().replace("treated: [K80001], before: P2Y", "treated: [K80002], before: P2Y"))
    changed = kept(2)["fewer_stays"]
    assert changed.registered is not None and changed.registered.at == NOW
    assert changed.registered.changes == ("treated 1: was K80001, is K80002",)
    assert changed.result is not None and changed.result.treated == ("K80002",)
    assert "<svg" in report.read_text()

    begun = kept(300)["next_year"]
    assert (begun.state, begun.result) == ("waiting", None)
    assert begun.problem and kept_evaluation(home, "moon", "next_year") == begun

    lock = report.with_name("evaluation.lock")
    lock.write_text(lock.read_text().replace("K80001", "K80003"))
    altered = kept(301)
    assert altered["fewer_stays"].state == "waiting"
    assert "was altered after it was written down" in altered["fewer_stays"].problem
    assert altered["in_the_smallest"].state == "verdict"
