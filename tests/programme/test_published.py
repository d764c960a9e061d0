"""Places publish and a programme receives: what gets in, what does not and why, and what boards say of it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.programme.towns import NOW, SITES, make_town, published_by

from vanguard.access import publishing_key, sign_published
from vanguard.learn.board.publishing.form import Published
from vanguard.learn.board.publishing.sealing import sealed
from vanguard.programme.boards.reading import BY_COLOUR
from vanguard.programme.published.models import MeasureTally, Received, RunBlueprint, SiteMeasure
from vanguard.programme.published.receiving import Came, receive
from vanguard.programme.published.tallies import tally
from vanguard.programme.tables.writing import load

NAMES = {"salford-together": "Salford Together", "wirral-partners": "Wirral Partners", "quiet": "Quiet Town"}
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The place of each site, by its short name."""
    home = tmp_path_factory.mktemp("towns")
    return {site: make_town(home / site, site) for site in SITES}


@pytest.fixture
def files(towns: dict[str, Path], programme: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Three sites are in the programme, with the keys of two; what these publish, by their short names."""
    (tmp_path / "site-types.csv").write_text("short,name\npacs,Primary and acute care systems\n", "utf-8")
    rows = "".join(f"{short},{name},pacs,50000\n" for short, name in NAMES.items())
    (tmp_path / "sites.csv").write_text(f"short,name,type,population\n{rows}", "utf-8")
    keys = "".join(f"{publishing_key(home)},{site},2026-06\n" for site, home in towns.items())
    (tmp_path / "publishing-keys.csv").write_text(f"public_key,site,since\n{keys}", "utf-8")
    load(tmp_path, NOW)
    made = {}
    for site, home in towns.items():
        with monkeypatch.context() as there:
            there.setattr(settings, "PLACE", home)
            made[site] = published_by(home, site)
    return made


def came(text: str, now: Any = LATER) -> Came:
    return receive(text, "file", now, by="test")


def test_two_places_publish_to_one_programme(files: dict[str, str], signed_in: Callable[[str], Client]) -> None:
    viewer, anybody = signed_in("viewer"), Client()
    assert anybody.get("/boards").headers["Location"].startswith("/sign-in")
    assert "has published nothing yet" in viewer.get("/boards/sites/salford-together").content.decode()
    assert [came(text).state for text in files.values()] == ["in_force", "in_force"]
    assert [came(text).state for text in files.values()] == ["same", "same"]
    assert Received.objects.count() == 2
    # Wirral has half as many stays again as Salford, and has set itself another target.
    salford, wirral = (SiteMeasure.objects.get(site__key=site, measure="stays") for site in SITES)
    rates = [one.numerator / one.denominator for one in (salford, wirral)]
    assert rates[1] == pytest.approx(1.5 * rates[0], rel=0.1)
    assert (salford.light, wirral.light) == ("red", "green")
    assert {salford.core, SiteMeasure.objects.get(site__key="salford-together", measure="falls").core} == {True, False}
    glance = words(viewer.get("/boards").content.decode())
    assert "Have published 2" in glance
    assert "Have published nothing 1" in glance
    assert "Stays moon Act: 1 Watch: Nothing Good: 1" in glance
    run = RunBlueprint.objects.get(site__key="wirral-partners")
    assert (run.blueprint, run.version, run.own) == ("moon", "2.0.0", "wirral-moon@1.0.0")
    assert [one["place"] for one in run.varies] == ["measures.stays.target.value"]
    page = words(viewer.get("/boards/sites/wirral-partners").content.decode())
    assert "1 difference from the blueprint moon" in page
    assert "Only 1 other site so far counts the same: too few to compare." in page
    assert "Did stays change?" in page
    chart = viewer.get("/boards/sites/salford-together/moon/stays").content.decode()
    assert chart.count("<tr") > 20
    assert "vega-lite" in chart
    assert "Fewer than three sites that count the same" in viewer.get("/boards/measures/moon/stays").content.decode()


def test_the_newest_of_a_site_is_in_force(files: dict[str, str], towns: dict[str, Path]) -> None:
    first = files["salford-together"]
    second = changed(towns, first, lambda told: told | {"made": LATER.isoformat().replace("+00:00", "Z")})
    assert came(second, LATER).state == "in_force"
    assert came(first, LATER).state == "older"
    assert list(Received.objects.order_by("pk").values_list("state", flat=True)) == ["in_force", "older"]
    assert SiteMeasure.objects.filter(site__key="salford-together").count() == 3


def test_tallies_are_what_counting_anew_would_find(files: dict[str, str], towns: dict[str, Path]) -> None:
    """After files that came, came again, were replaced by others with another light or definition, or were refused."""

    def later(hours: int, change: Callable[[dict[str, Any]], Any]) -> str:
        def changed_(told: dict[str, Any]) -> dict[str, Any]:
            told["made"] = (LATER + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
            change(told["blueprints"][0]["measures"])
            return told

        return changed(towns, files["salford-together"], changed_)

    sent = [
        *(files["salford-together"], files["wirral-partners"], files["salford-together"]),
        later(0, lambda measures: measures[0].update(counts="0" * 64, label="Stays otherwise")),
        later(1, lambda measures: measures[0].update(target={"value": 10**6}, direction="down")),
        later(2, lambda measures: measures.pop()),
        later(3, lambda measures: point({"blueprints": [{"measures": measures}]}, 1, 7)),
    ]
    for number, text in enumerate(sent):
        came(text, LATER + timedelta(hours=number))
        told = SiteMeasure.objects.values_list("blueprint", "measure", "counts", "core", "light").annotate(
            Count("pk"), Count("denominator"), num=Coalesce(Sum("numerator"), 0.0), of=Coalesce(Sum("denominator"), 0.0)
        )
        kept = MeasureTally.objects.filter(sites__gt=0).values_list(
            "blueprint", "measure", "counts", "core", "light", "sites", "compared", "numerator", "denominator"
        )
        assert sorted(kept) == sorted(told.order_by()), number
    assert MeasureTally.objects.filter(sites=0).exists()


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "small": (lambda told: point(told, 1, 7), "moon, measure stays, 2024-05-01: the numerator is a small number"),
    "exact": (lambda told: point(told, 2, 253), "the denominator is a small number, or not rounded to 5"),
    "order": (lambda told: point(told, 0, "2026-05-31"), "the point does not come after the one before it."),
    "silent": (lambda told: point(told, 1, None), "there is no number, and nothing says why."),
    "person": (
        lambda told: told["blueprints"][0].update(label="Moon care of Dr Someone"),
        "“Moon care of Dr Someone” seems to hold the name of a person.",
    ),
    "more": (
        lambda told: told.update(people=["Ann"]),
        "does not have the form: people: extra inputs are not permitted.",
    ),
    "elsewhere": (lambda told: told.update(site="north-town"), "There is no site north-town in this programme."),
    "other": (
        lambda told: told.update(site="wirral-partners"),
        "The file speaks for Wirral Partners, and Salford Together signed it. Ask who sent it.",
    ),
    "early": (lambda told: told.update(made="2026-06-09T12:00:00Z"), "The file was made later than now."),
    "key": (lambda told: told.update(made="2026-05-31T12:00:00Z"), "The key was not that of Salford Together when"),
    "to come": (lambda told: told.update(known_until="2026-06-30"), "figures of days that were to come"),
    "format": (lambda told: told.update(format=2), "The file has the format 2, and we read 1."),
}


def test_what_is_refused_says_why_and_leaves_everything_as_it_was(
    files: dict[str, str], towns: dict[str, Path]
) -> None:
    came(files["salford-together"])
    for change, sentence in MISTAKES.values():

        def spoilt(told: dict[str, Any], change: Callable[[dict[str, Any]], Any] = change) -> dict[str, Any]:
            change(told)
            return told

        answer = came(changed(towns, files["salford-together"], spoilt))
        assert answer.state == "refused", sentence
        assert sentence in answer.sentence
        refused = Received.objects.order_by("-pk")[0]
        assert (refused.state, refused.site, bytes(refused.body)) == ("refused", None, b"")
        assert refused.reason == answer.sentence
    assert SiteMeasure.objects.count() == 3


def test_nobody_changes_or_forges_a_file(files: dict[str, str], towns: dict[str, Path], director: Client) -> None:
    text = files["salford-together"]
    assert "its hash is another" in came(text.replace("Stays in hospital", "Nights in hospital")).sentence
    told = json.loads(text)
    forged = told | {"signature": sign_published(towns["wirral-partners"], b"another")}
    assert "The signature is not of this file and key." in came(json.dumps(forged)).sentence
    for nothing in ("", "{}", "[1]", '{"published": 1}', "{" * 100_000, '{"published": {"format": 1}}', "\udcff"):
        assert came(nothing).state == "refused"
    assert "is not JSON" in director.post("/publications", {"text": "short,name"}).content.decode()
    assert "3 measures, known to 31 May 2026." in director.post("/publications", {"text": text}).content.decode()
    page = words(director.get("/publications").content.decode())
    assert "In force" in page
    assert "is not JSON" in page


@pytest.fixture
def director(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("director")


@pytest.mark.sqlite_only
def test_boards_ask_no_more_of_two_hundred_sites_than_of_five(
    files: dict[str, str], towns: dict[str, Path], director: Client
) -> None:
    """The funnel of many sites, and that no page asks more queries where there are more."""
    came(files["salford-together"])
    row = SiteMeasure.objects.get(site__key="salford-together", measure="stays")
    rows = "".join(f"town-{n},Town {n},pacs,{30_000 + n}\n" for n in range(200))
    director.post("/keep/sites/paste", {"text": f"short,name,type,population\n{rows}"})
    from vanguard.programme.sites.models import Site

    sites = list(Site.objects.filter(key__startswith="town-").order_by("pk"))
    paths = ("/boards", "/boards/sites", "/boards/sites/salford-together", "/boards/measures/moon/stays")
    asked = []
    for some in (sites[:5], sites[5:]):
        for number, site in enumerate(some):
            row.pk, row.site, row.numerator = None, site, row.denominator * (0.5 + number % 3 / 50)
            row.save()
            tally((), [row])
        asked.append([queries(director, path) for path in paths])
    assert asked[0] == asked[1]
    page = words(director.get("/boards/measures/moon/stays?type=pacs&page=2").content.decode())
    assert "As chance alone would have it" in page
    assert "than chance explains" in page
    # Each list that is no table filters, sorts, links and exports.
    for path, heading, narrowed, named in (
        ("/boards/sites", "Last published", "?published=no", "/boards/sites/salford-together"),
        ("/boards/sites", BY_COLOUR[row.light].says, "?type=mcp", "/boards/sites/salford-together"),
        ("/boards/measures/moon/stays", "About the last year", "?type=mcp", "/boards/sites/town-7/moon/stays"),
        ("/publications", "State", "?q=wirral", "/sites/salford-together"),
    ):
        whole, fewer = (exported(director, f"{path}.csv{query}") for query in ("", narrowed))
        assert len(whole) > len(fewer), path
        up, down = (exported(director, f"{path}.csv?sort={sign}{heading}") for sign in ("", "-"))
        told = [[row[heading] for row in rows if row[heading] not in ("", "Nothing published")] for rows in (up, down)]
        assert told[0], path
        assert (told[0][0], len(up)) == (told[1][-1], len(whole)), path
        page = director.get(f"{path}?sort={heading}&q=").content.decode()
        assert (
            f'href="{named}"' in page or f'href="{named}"' in director.get(f"{path}?sort=-{heading}").content.decode()
        )
        assert 'aria-sort="ascending"' in page
        assert f'href="{path}.csv?sort=' in page
        assert [*json.loads(director.get(f"{path}.json").content)] == whole, path


def exported(client: Client, path: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(client.get(path).content.decode()))]


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def changed(towns: dict[str, Path], text: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """The file of Salford with its body changed and signed again, also where the form does not allow the change."""
    home = towns["salford-together"]
    body = change(json.loads(text)["published"])
    form = Published.model_construct(**body)
    object.__setattr__(form, "model_dump", lambda **_: body)
    return sealed(form, publishing_key(home), lambda body: sign_published(home, body)).text()


def point(told: dict[str, Any], place: int, value: Any) -> None:
    told["blueprints"][0]["measures"][0]["points"][0][place] = value


def words(page: str) -> str:
    """The text of a page, in one line."""
    import re

    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())
