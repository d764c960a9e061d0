"""Pages of every table: lists that filter, sort and page, rows with all that names them, search, forms, files."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from tests.small_place import NOW

from vanguard.programme import HISTORY
from vanguard.programme.sites.models import Site
from vanguard.programme.tables.listing import asked, rows_asked
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.writing import load

pytestmark = pytest.mark.sqlite_in_every_run

NO_PERSONS = ("people", "referrals", "beds", "privacy", "users", "me", "api", "measures")
OWN_PAGES = ("/guide", "/support", "/plan", "/gantt", "/scrutiny", "/engagement")


@pytest.fixture
def history(programme: Path) -> None:
    load(HISTORY, NOW)


@pytest.mark.sqlite_only
def test_everybody_reads_every_page_and_nobody_but_the_director_writes(
    history: None, anybody: Client, signed_in: Callable[[str], Client]
) -> None:
    viewer, director = signed_in("viewer"), signed_in("director")
    for table in all_tables().values():
        for client in (anybody, viewer, director):
            answer = client.get(f"/{table.id}")
            if client is anybody and not table.public:
                assert answer.headers["Location"] == f"/sign-in?next=/{table.id}"
                assert "Location" in client.get(f"/{table.id}.csv").headers
                continue
            page = answer.content.decode()
            assert table.about in page
            assert ("/keep/" in page) == (client is director)
    for address in ("/keep/sites/new", "/keep/awards/paste", "/keep/votes/new"):
        assert anybody.get(address).headers["Location"].startswith("/sign-in")
        assert viewer.get(address).status_code == 403
        assert director.get(address).status_code == 200
    for address in (
        "/",
        "/tables",
        "/recounted",
        "/search?q=pharm",
        "/guide?area=East+Midlands",
        "/map",
        "/money",
        *OWN_PAGES,
    ):
        assert anybody.get(address).status_code == 200, address
    for address in ("/none", "/sites/none", "/partners/none", "/sites/%00", "/keep/sites/999999999999999999999"):
        assert director.get(address).status_code in (400, 404), address
    for odd in ("?page=0", "?page=99999999", "?page=²", "?sort=pk", "?type='", "?sort=-population&q=%25"):
        assert anybody.get(f"/sites{odd}").status_code == 200, odd


def test_a_programme_has_no_page_of_a_person_and_a_place_none_of_a_programme(programme: Path) -> None:
    def patterns(found: list[object], before: str = "") -> list[str]:
        return [
            text
            for one in found
            for text in (
                patterns(one.url_patterns, before + str(one.pattern))
                if isinstance(one, URLResolver)
                else [before + str(one.pattern)]
                if isinstance(one, URLPattern)
                else []
            )
        ]

    ours = patterns(get_resolver("vanguard.web.programme_urls").url_patterns)
    theirs = patterns(get_resolver("vanguard.web.urls").url_patterns)
    assert not [one for one in ours if one.split("/")[0] in NO_PERSONS]
    assert not [one for one in theirs if "table:" in one or f"/{one}" in ("/map", "/money", *OWN_PAGES)]


def test_a_list_is_narrowed_sorted_and_given_as_a_file(history: None, anybody: Client) -> None:
    def names(query: str) -> list[str]:
        rows = list(csv.DictReader(io.StringIO(anybody.get(f"/sites.csv?{query}").content.decode())))
        return [row["name"] for row in rows]

    assert len(names("type=mcp")) == 14
    assert len(names("region=London")) == 6
    assert len(names("area=East+Midlands")) == 9
    assert set(names("capability=telehealth")) == set(
        Site.objects.filter(initiatives__capability__short="telehealth").values_list("name", flat=True)
    )
    # However many of its partners match, a site is listed once.
    assert names("partner=nottinghamshire&type=pacs") == ["Mid Nottinghamshire Better Together"]
    assert names("sort=-population")[:2] == [
        "Accountable Clinical Network for Cancer (ACNC)",
        "EMRAD - East Midlands Radiology Consortium",
    ]
    assert names("q=salford&type=pacs") == ["Salford Together"]
    page = anybody.get("/guide?area=East+Midlands").content.decode()
    assert page.count('class="vg-profile"') == page.count('<circle class="vg-map__site') == 9
    assert '<li value="48">' in page
    page = anybody.get("/sites?page=2").content.decode()
    assert "51 to 65 of 65 sites" in page
    assert 'href="/sites/larwood-and-bawtry"' in page


@pytest.mark.sqlite_only
def test_every_list_narrows_and_sorts_by_what_it_shows(history: None) -> None:
    """Each list there is: no row is lost by sorting, and what is empty comes last either way."""
    for table in all_tables().values():
        assert table.filters or table.search, table.id
        assert table.sorts(), table.id
        every = set(table.model._default_manager.values_list("pk", flat=True))
        for sort in (f"{sign}{name}" for name in table.sorts() for sign in ("", "-")):
            rows = [one.pk for one in rows_asked(asked(table, {"sort": sort}, NOW.date()))]
            assert (len(rows), set(rows)) == (len(every), every), (table.id, sort)
    rounds = all_tables()["rounds"]
    for sort, days in (("closed", ["2015-07-31", "2015-11-25"]), ("-closed", ["2015-11-25", "2015-07-31"])):
        assert [one.closed for one in rows_asked(asked(rounds, {"sort": sort}, NOW.date()))] == [*days, "", ""]


def test_who_is_signed_in_takes_files_on_record(
    history: None, programme: Path, anybody: Client, signed_in: Callable[[str], Client]
) -> None:
    """Decision 12: a stranger takes what is public without a line, and nothing else."""

    def on_record() -> list[tuple[str, str, str, int]]:
        lines = [
            json.loads(line)
            for file in (programme / "audit").glob("2*.jsonl")
            for line in file.read_text().splitlines()
        ]
        exports = [one for one in lines if one["what"].startswith("export")]
        return [(one["who"], one["what"], one["why"].partition(",")[0], one["rows"]) for one in exports]

    sites, asked = Site.objects.count(), Site.objects.filter(type__short="mcp").count()
    for how in ("csv", "json"):
        assert anybody.get(f"/sites.{how}").status_code == 200
        assert anybody.get(f"/votes.{how}").headers["Location"].startswith("/sign-in")
    assert on_record() == []
    viewer, director = signed_in("viewer"), signed_in("director")
    assert viewer.get("/sites.csv").content == anybody.get("/sites.csv").content
    assert director.get("/sites.json?type=mcp").headers["Content-Type"].startswith("application/json")
    assert viewer.get("/votes.csv").headers["Content-Disposition"].startswith('attachment; filename="votes-')
    assert on_record() == [
        ("viewer", "export sites", "public", sites),
        ("director", "export sites", "public", asked),
        ("viewer", "export votes", "programme", 0),
    ]


def test_a_site_shows_all_that_is_held_of_it(history: None, anybody: Client) -> None:
    page = anybody.get("/sites/principia-partners-in-health").content.decode()
    for words in (
        *("Multispecialty community provider", "126,000", "sources disagree", "10 March 2015", "124000", "Rushcliffe"),
        *("NHS Rushcliffe Clinical Commissioning Group", "Regional guide", "Initiatives", "Targets", "Disagreements"),
    ):
        assert words in page, words
    money = anybody.get("/sites/south-somerset-symphony-programme").content.decode()
    assert "£4,900,000" in money
    organisation = anybody.get("/organisations/Nottingham University Hospitals NHS Trust").content.decode()
    assert "EMRAD" in organisation and "Acute trust" in organisation
    capability = anybody.get("/capabilities/shared_imaging").content.decode()
    assert "EMRAD" in capability


def test_a_thousand_sites_ask_no_more_than_fifty(history: None, anybody: Client) -> None:
    """The same number of queries on each page, and no page grows with the table."""

    def asked() -> dict[str, tuple[int, int]]:
        found = {}
        for address in ADDRESSES:
            anybody.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = anybody.get(address)
            assert answer.status_code == 200
            found[address] = (len(queries), len(answer.content))
        return found

    with_history = asked()
    type_ = Site.objects.get(short="salford-together").type
    Site.objects.bulk_create(
        Site(key=f"s{n}", short=f"s{n}", name=f"New site {n}", type=type_, population=n + 1, region="North")
        for n in range(1000)
    )
    with_thousand = asked()
    for address, (queries, size) in with_history.items():
        more, larger = with_thousand[address]
        assert more == queries <= 14, address
        assert larger < size * 1.6 + 60_000, address


ADDRESSES = (
    "/sites",
    "/sites?type=pacs&sort=-population",
    "/sites?q=salford",
    "/organisations",
    "/partners",
    "/money",
    "/map?type=uec",
    *OWN_PAGES,
)


def test_one_box_finds_what_is_in_any_table(history: None, anybody: Client) -> None:
    page = anybody.get("/search?q=radiology").content.decode()
    assert 'href="/sites/emrad-east-midlands-radiology-consortium"' in page
    assert "Nothing has" in anybody.get("/search?q=zzzz").content.decode()
    assert "Write two letters or more" in anybody.get("/search?q=a").content.decode()


def test_a_programme_from_an_empty_start(signed_in: Callable[[str], Client], anybody: Client) -> None:
    """Typed and pasted by its director: what cannot be kept is said, and what changes stays on record."""
    director = signed_in("director")
    assert "This programme has no sites yet" in director.get("/").content.decode()
    hub = {"short": "hubs", "name": "Hub", "part_of": "", "about": ""}
    assert director.post("/keep/site-types/new", hub).status_code == 302
    assert "This programme has no sites yet" in director.get("/").content.decode()
    empty = director.post("/keep/sites/new", {"short": "ash", "name": "Ash", "type": "hubs"})
    assert empty.status_code == 400
    assert "The site has no population. Write it, or say in population_note" in empty.content.decode()
    ash = {"short": "ash", "name": "Ash", "type": "hubs", "population": "41000"}
    assert director.post("/keep/sites/new", ash).headers["Location"] == "/sites/ash"
    again = director.post("/keep/sites/new", ash)
    assert "There is such a site already" in again.content.decode()
    rows = "".join(f"t{n},Town {n},hubs,{30000 + n}\n" for n in range(199))
    pasted = director.post("/keep/sites/paste", {"text": f"short,name,type,population\n{rows}"})
    assert "199 rows are new" in pasted.content.decode()
    wrong = director.post("/keep/sites/paste", {"text": f"short,name,kind\n{rows}"})
    assert "What you pasted, line 1: There is no column type" in wrong.content.decode()
    assert Site.objects.count() == 200
    number = Site.objects.get(short="ash").pk
    assert director.post(f"/keep/sites/{number}", ash | {"population": "42000"}).status_code == 302
    kept = Change.objects.filter(row="ash", table="sites").last()
    assert kept and (kept.by, kept.before["population"], kept.after["population"]) == ("director", "41000", "42000")
    assert "population “41000” became “42000”" in director.get("/sites/ash").content.decode()
    assert "became" not in anybody.get("/sites/ash").content.decode()
