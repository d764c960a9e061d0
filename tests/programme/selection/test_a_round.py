"""A working round of choosing, from the call to the announcement, and what nobody may do in it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.small_place import NOW

from vanguard.programme import HISTORY
from vanguard.programme.selection.models import Application, Step, Vote
from vanguard.programme.selection.voting import voting
from vanguard.programme.sites.models import Round, Site
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.writing import load

APPLICANTS = ("ash", "elm", "oak", "yew", "fir")


def test_a_round_from_the_call_to_the_announcement(signed_in: Callable[[str], Client]) -> None:
    director, viewer, anybody = signed_in("director"), signed_in("viewer"), Client()

    def keep(table: str, text: str) -> str:
        return director.post(f"/keep/{table}/paste", {"text": text}).content.decode()

    keep("site-types", "short,name\nhubs,Hub\n")
    keep("rounds", "short,name,number,opened\nfirst,First round,1,2026-01\n")
    keep("round-steps", "round,step,on\nfirst,call,2026-01-05\nfirst,workshops,2026-03-02\n")
    rows = "".join(f"{one},first,{one.title()},hubs,received,40000\n" for one in APPLICANTS)
    keep("applications", f"short,round,name,type,stage,population\n{rows}")
    assert "Ash is not shortlisted. Only the shortlisted" in keep("votes", "voter,choice\nash,elm\n")
    keep("applications", f"short,round,name,type,stage\n{rows.replace('received,40000', 'shortlisted')}")
    assert "Ash votes for itself. Name another" in keep("votes", "voter,choice\nelm,ash\nash,ash\n")
    four = "voter,choice\n" + "".join(f"ash,{one}\n" for one in APPLICANTS[1:])
    assert "line 5, column voter: Ash has 4 votes. Each has 3." in keep("votes", four)
    assert Vote.objects.count() == 0
    assert "6 rows are new" in keep("votes", "voter,choice\nash,elm\nash,oak\nash,yew\nelm,ash\noak,elm\nyew,elm\n")
    page = viewer.get("/selection/first").content.decode()
    assert page.index(">Elm<") < page.index(">Ash<") < page.index(">Fir<")
    assert "Announce" not in page
    assert anybody.get("/selection/first").headers["Location"].startswith("/sign-in")
    assert viewer.post("/selection/first").status_code == 403
    # Nobody is announced while the board has somebody left to decide of.
    board = "application,on,body,outcome,why\n"
    keep("decisions", f"{board}elm,2026-03-09,The board,chosen,Ready\nash,2026-03-09,The board,chosen,Ambitious\n")
    early = director.post("/selection/first")
    assert early.status_code == 400
    assert "The board has not decided of Fir, Oak, Yew." in early.content.decode()
    assert Site.objects.count() == 0
    others = "".join(f"{one},2026-03-09,The board,not_chosen,Later\n" for one in ("fir", "oak", "yew"))
    keep("decisions", board + others)
    assert "Announce 2 sites" in director.get("/selection/first").content.decode()
    assert director.post("/selection/first").status_code == 302
    assert list(Site.objects.order_by("name").values_list("name", "round__short")) == [
        ("Ash", "first"),
        ("Elm", "first"),
    ]
    assert Application.objects.get(short="elm").site.name == "Elm"
    assert Step.objects.get(step="announced").count == 2
    assert "Nobody was announced" in director.post("/selection/first").content.decode()
    # The whole way is on record.
    told = Change.objects.filter(row="elm").order_by("pk").values_list("table", "by")
    assert list(told) == [
        *(("applications", "director"), ("applications", "director"), ("decisions", "director")),
        *(("sites", "director"), ("applications", "director")),
    ]
    assert "Elm" in anybody.get("/sites").content.decode()
    assert anybody.get("/applications/elm").status_code == 302


def test_an_applicant_votes_once_at_its_own_address(signed_in: Callable[[str], Client]) -> None:
    """On a phone, without a sign-in, for up to three others, from the round's vote until the board decides."""
    director, phone = signed_in("director"), Client()

    def keep(table: str, text: str) -> None:
        assert "Nothing was kept" not in director.post(f"/keep/{table}/paste", {"text": text}).content.decode()

    keep("site-types", "short,name\nhubs,Hub\n")
    keep("rounds", "short,name,number,opened\nfirst,First round,1,2026-01\n")
    rows = "".join(f"{one},first,{one.title()},hubs,shortlisted,40000\n" for one in APPLICANTS)
    keep("applications", f"short,round,name,type,stage,population\n{rows}gum,first,Gum,hubs,received,1\n")
    page = director.get("/selection/first").content.decode()
    found = dict(re.findall(r"http://testserver(/ballot/(\w+):[\w-]+)</a>", page))
    ash, elm = (next(path for path, name in found.items() if name == one) for one in ("ash", "elm"))
    assert len(found) == len(APPLICANTS)
    assert "/ballot/" not in signed_in("viewer").get("/selection/first").content.decode()
    # Addresses may go out before the round has come to its vote; then they open.
    assert "is not open yet" in (early := phone.get(ash).content.decode()) and "Yew" not in early
    assert "The vote of First round is not open yet." in phone.post(ash, {"choice": ["elm"]}).content.decode()
    assert "no step of the round says when" in page
    keep("round-steps", "round,step,on\nfirst,vote,2099-11-01\nfirst,board,2099-12-01\n")
    assert "The vote opens on 1 November 2099." in phone.get(ash).content.decode()
    assert director.post("/selection/first", {"do": "vote"}).status_code == 302
    again = director.post("/selection/first", {"do": "vote"}).content.decode()
    assert "The vote of First round is open already." in again
    assert "until 1 December 2099 or the board decides." in director.get("/selection/first").content.decode()
    assert "Yew" in (seen := phone.get(ash).content.decode()) and "Gum" not in seen
    assert phone.get(ash.replace("/ash:", "/elm:")).status_code == phone.get("/ballot/ash").status_code == 404
    for choices, sentence in (
        ([], "You chose nobody. Choose at least one and 3 at most."),
        (["elm", "oak", "yew", "fir"], "You chose 4."),
        (["elm", "ash"], "Ash votes for itself. Name another applicant."),
        (["gum"], "Gum is not shortlisted."),
        (["elm", "none"], "There is no applicant none in this round."),
    ):
        refused = phone.post(ash, {"choice": choices})
        assert refused.status_code == 400 and sentence in refused.content.decode(), sentence
        assert Vote.objects.count() == 0, sentence
    assert phone.post(ash, {"choice": ["elm", "yew"]}).status_code == 302
    assert "Ash has voted for Elm, Yew." in phone.get(ash).content.decode()
    assert "Ash has voted already." in phone.post(ash, {"choice": ["oak"]}).content.decode()
    kept = Change.objects.filter(table="votes").order_by("pk").values_list("row", "by")
    assert list(kept) == [("ash | elm", "ballot of ash"), ("ash | yew", "ballot of ash")]
    keep("decisions", "application,on,body,outcome,why\nelm,2026-03-09,The board,chosen,Ready\n")
    assert "The vote is over." in phone.get(elm).content.decode()
    assert "The vote of First round is over." in phone.post(elm, {"choice": ["ash"]}).content.decode()
    assert "/ballot/" not in director.get("/selection/first").content.decode() and Vote.objects.count() == 2
    again = director.post("/selection/first", {"do": "vote"}).content.decode()
    assert "The vote of First round is over already." in again


@pytest.mark.parametrize(
    ("steps", "on", "state"),
    [
        ("", "2026-03-05", "not_yet"),
        ("first,vote,\n", "2026-03-05", "not_yet"),
        ("first,vote,2026-03\n", "2026-02-28", "not_yet"),
        ("first,vote,2026-03\n", "2026-03-01", "open"),
        ("first,vote,2026-03-02\nfirst,board,2026-03-09\n", "2026-03-08", "open"),
        ("first,vote,2026-03-02\nfirst,board,2026-03-09\n", "2026-03-09", "over"),
        ("first,vote,2026-03-02\nfirst,announced,2026-03-10\n", "2026-03-10", "over"),
    ],
)
def test_the_vote_follows_the_steps_of_its_round(db: None, tmp_path: Path, steps: str, on: str, state: str) -> None:
    (tmp_path / "rounds.csv").write_text("short,name,number\nfirst,First round,1\n", "utf-8")
    (tmp_path / "round-steps.csv").write_text(f"round,step,on\n{steps}", "utf-8")
    load(tmp_path, NOW)
    assert voting(Round.objects.get(), date.fromisoformat(on)).state == state


def test_the_real_rounds(db: None) -> None:
    load(HISTORY, NOW)
    first = list(Step.objects.filter(round__short="phase-one").order_by("pk").values_list("step", "on", "count"))
    assert first[1:3] == [("applied", "2015-01", 269), ("shortlist", "2015-03", 63)]
    announced = dict(Step.objects.filter(step="announced").values_list("round__number", "count"))
    assert announced == {number: Site.objects.filter(round__number=number).count() for number in range(1, 5)}
