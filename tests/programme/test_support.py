"""Support: what each site gets, asks and awaits, and whether it helped."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.support.models import Blocker
from vanguard.programme.tables.writing import load

TOLD = {
    "support-packages": "site,area,state,what,lead,agreed\n"
    "salford-together,harnessing_technology,agreed,A review of the record,Head of technology,2015-09\n",
    "requests": "reference,site,area,asked,what,state\nr1,salford-together,workforce_redesign,2016-01,Advice,open\n",
    "blockers": "reference,site,area,what,raised,who_acts,act_by,escalated_to,escalated\n"
    "b1,salford-together,harnessing_technology,No agreement to share,2018-01-10,Chief of data,2018-02,"
    "New Care Models Board,2018-03-01\n",
    "applications": "short,round,name,type,stage,population,site\n"
    "reach,phase-one,Reach Together,mcp,shortlisted,90000,\n"
    "lucky,phase-one,Lucky Together,mcp,shortlisted,90000,salford-together\n",
    "community-members": "community,name,site,application,joined,gets\n"
    "not-chosen,Reach Together,,reach,2015-06,Seminars and a visit\n",
    "what-helped": "site,area,asked,answer,what\n"
    "salford-together,harnessing_technology,2017,much,The review\n"
    "wirral-partners,harnessing_technology,2017,nothing,It came late\n",
}
MISTAKES = (
    ("blockers", "raised,act_by", "2018-01,2017", "act_by: The blocker is to be acted on before it was raised."),
    ("blockers", "raised,act_by,resolved", "2018,2018,2018-09", "how: When it was resolved and how go together."),
    ("requests", "state,answered", "met,2016-02", "answer: The request is met, and answer is empty."),
    ("requests", "state,answer", "open,Yes", "state: The request has an answer, and is said to be open."),
    ("requests", "state,asked_by", "open,Dr Someone", "asked_by: The cell seems to hold the name of a person."),
    (
        "community-members",
        "application",
        "lucky",
        "application: Lucky Together was chosen, and is a site. Write salford",
    ),
    ("community-members", "site", "wirral-partners", "application: The member is a site and an application."),
    ("community-members", "left", "2015-05", "left: The member left before it joined."),
    ("requests", "state,asked_by", "open,a.b@c.uk", "asked_by: The cell seems to hold an e-mail address."),
)


def test_support_by_area_and_what_stands_in_the_way(
    programme: Path, anybody: Client, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    load(HISTORY, NOW)
    for table, text in TOLD.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    assert {one.same for one in load(tmp_path, NOW).values()} == {1, 2}
    page = anybody.get("/support").content.decode()
    assert "1 package" in page and page.count("Not in the first package") == 2
    assert "No agreement to share" not in page
    page = signed_in("viewer").get("/support").content.decode()
    for words in ("No agreement to share", "Overdue", "New Care Models Board, 1 March 2018", "1 of 2 answers"):
        assert words in page, words
    # Whoever applied without being chosen is in a community all the same, for those who may see applications.
    applied = signed_in("viewer").get("/applications/reach").content.decode()
    assert "Seminars and a visit" in applied and "/communities/not-chosen" in applied
    open_page = anybody.get("/communities/not-chosen").content.decode()
    assert "applied without being chosen" in open_page and "Reach Together" not in open_page
    site = "/sites/salford-together"
    assert "A review of the record" in anybody.get(site).content.decode()
    assert "No agreement to share" not in anybody.get(site).content.decode()
    for table, names, cells, sentence in MISTAKES:
        kept = dict(zip(*(line.split(",") for line in TOLD[table].splitlines()[:2]), strict=True))
        kept |= dict(zip(names.split(","), cells.split(","), strict=True))
        (tmp_path / f"{table}.csv").write_text(f"{','.join(kept)}\n{','.join(kept.values())}\n", "utf-8")
        with pytest.raises(BadInput) as problem:
            load(tmp_path / f"{table}.csv", NOW)
        assert f"column {sentence}" in str(problem.value), sentence
    assert Blocker.objects.get().act_by == "2018-02"
