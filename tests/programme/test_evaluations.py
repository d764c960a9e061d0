"""The library of evaluations: on its own pages, beside its sites, and no verdict beyond its interval."""

from pathlib import Path

import pytest
from django.test import Client
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.evaluations.models import SiteEvaluation
from vanguard.programme.tables.writing import load

HEAD = "short,name,site,type,outcome,verdict,change,low,high,smallest,design,begins,until,know_first,change_mind\n"
TOWN = {
    "sources": "short,name\nletter,Letter\n",
    "site-types": "short,name\nhub,Hub\n",
    "sites": "short,name,type,population\nash,Ash,hub,9\n",
}


def folder(at: Path, *rows: str) -> Path:
    """A small programme with these evaluations."""
    for name, text in TOWN.items():
        (at / f"{name}.csv").write_text(text)
    (at / "evaluations.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return at


def test_real_verdicts_stand_in_the_library_and_beside_their_sites(anybody: Client) -> None:
    load(HISTORY, NOW)
    assert SiteEvaluation.objects.filter(site=None).count() == 7
    assert SiteEvaluation.objects.exclude(site=None).count() == 49
    for one in SiteEvaluation.objects.exclude(verdict="cannot"):
        assert one.low <= one.change <= one.high and one.smallest > 0, one.short
        assert one.change_mind, one.short
    claimed = SiteEvaluation.objects.filter(verdict__in=("fall", "rise"))
    assert {(one.site.short, one.verdict) for one in claimed} >= {("salford-together", "fall")}

    library = anybody.get("/evaluations").content.decode()
    assert "Did it work?" in library and "No clear evidence" in library
    falls = anybody.get("/evaluations?verdict=fall").content.decode()
    assert "Salford" in falls and "Wirral" not in falls

    site = anybody.get("/sites/salford-together").content.decode()
    assert "Evidence of a fall" in site and "unplanned admissions" in site
    page = anybody.get("/evaluations/pacs-salford").content.decode()
    for words in ("Synthetic control", "What would change our mind", "the verdict hangs on this choice", "seen"):
        assert words in page, words


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,A,ash,,admissions,fall,-5,-9,1,6,other,2015-04,2019-03,,", "no evidence of a fall"),
        ("a,A,ash,,admissions,rise,5,-1,9,6,other,2015-04,2019-03,,", "no evidence of a rise"),
        ("a,A,ash,hub,admissions,none,-5,-9,1,6,other,,,,", "one site or of all of a type"),
        ("a,A,ash,,admissions,none,,,,6,other,,,,", "both ends of its interval"),
        ("a,A,ash,,admissions,none,-5,-4,1,6,other,,,,", "outside of its interval"),
        ("a,A,ash,,admissions,cannot,-5,-9,1,6,other,,,,", "has no change"),
        ("a,A,ash,,admissions,none,-5,-9,1,6,other,2015-04,2014-03,,", "before the change began"),
    ],
    ids=["fall", "rise", "both", "bare", "outside", "cannot", "turned"],
)
def test_a_verdict_that_goes_beyond_its_numbers_is_refused(
    programme: Path, tmp_path: Path, row: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        load(folder(tmp_path, row), NOW)
    assert not SiteEvaluation.objects.exists()
