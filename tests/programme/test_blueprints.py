"""Blueprints in a programme: for people, adopted and varied, whom to learn from, and what was learnt."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.blueprint.owls import copy
from tests.small_place import NOW

from vanguard.blueprint import read, shipped
from vanguard.errors import BadInput
from vanguard.programme import HISTORY
from vanguard.programme.blueprints import foreseeing
from vanguard.programme.blueprints.models import Adoption, Learning
from vanguard.programme.blueprints.similar import nearest
from vanguard.programme.sites.models import Site
from vanguard.programme.tables.writing import load

pytestmark = pytest.mark.sqlite_in_every_run

TOWN = "# cohorts.yaml\ncohorts:\n  awake:\n    review: {every: P2W}\n"
CITY = f"{TOWN}# pathways.yaml\npathways: {{call: {{clocks: {{soon: {{within: PT90M}}}}}}}}\n"
ADOPTED = (
    {"short": "salford-owls", "site": "salford-together", "own": TOWN, "why": "Two weeks suffice"},
    {"short": "wirral-owls", "site": "wirral-partners", "own": CITY},
    {"short": "harrogate-owls", "site": "harrogate-and-rural-district", "own": ""},
)
ROW = {"blueprint": "night-owls", "version": "1.2.3", "since": "2018-08-06", "adopted_by": "Programme board"}
LEARNT = {
    "reference": "c1",
    "claim": "A call in the evening is answered more often",
    "grade": "compared",
    "site": "wirral-partners",
    "evaluation": "evaluation of 2018",
    "change_mind": "A trial that finds none",
    "blueprint": "night-owls",
    "proposed": "2018-09",
    "state": "proposed",
}
MISTAKES = (
    ("adoptions", {"version": "9.0.0"}, "column version: There is no version 9.0.0 of night-owls here. There is 1.2.3"),
    ("adoptions", {"blueprint": "day-owls"}, "column blueprint: There is no blueprint day-owls. There are "),
    ("adoptions", {"own": "cohorts: {}"}, "column own: Line 1 is under no file."),
    ("adoptions", {"own": "# owls.yaml\na: 1"}, "column own: owls.yaml is not a file of a blueprint."),
    (
        "adoptions",
        {"own": "# cohorts.yaml\ncohorts: {awake: {tier: midnight}}"},
        "column own: cohorts.yaml:2:19: night-owls 1.2.3 does not let a site vary cohorts.awake.tier.",
    ),
    ("adoptions", {"own": "# blueprint.yaml\nextends: night-owls@1.0.0"}, "It extends night-owls@1.0.0, and the site"),
    ("adoptions", {"adopted_by": "Dr Someone"}, "column adopted_by: The cell seems to hold the name of a person."),
    ("adoptions", {"short": "twice"}, "column blueprint: The site adopted night-owls already, as salford-owls."),
    ("learning", {"evaluation": ""}, "column evaluation: The grade says that it was evaluated"),
    ("learning", {"state": "rejected"}, "column reason: The claim is rejected, and reason is empty."),
    ("learning", {"state": "accepted", "decided": "2019"}, "column version: The claim is accepted, and version is"),
    ("learning", {"version": "1.2.3"}, "column version: The claim is proposed, and a version is said to hold it."),
    ("learning", {"blueprint": "day-owls"}, "column blueprint: There is no blueprint day-owls."),
    ("learning", {"state": "rejected", "reason": "No", "decided": "2017"}, "column decided: It was decided before"),
    ("site-figures", {"value": "101"}, "column value: "),
)
FIGURES = "site,figure,on,value\nsalford-together,rural,2011,1\nsalford-together,rural,2018,4\n"


@pytest.fixture
def give(programme: Path, tmp_path: Path) -> Callable[[str, list[dict[str, str]]], None]:
    """Load rows of a table into the programme with the history."""
    load(HISTORY, NOW)
    copy(programme / "blueprints" / "owls")

    def loaded(table: str, rows: list[dict[str, str]]) -> None:
        file = tmp_path / f"{table}.json"
        file.write_text(json.dumps(rows), "utf-8")
        load(file, NOW)

    return loaded


@pytest.mark.sqlite_only
def test_every_blueprint_has_a_page_for_people(give: object, anybody: Client) -> None:
    listed = anybody.get("/blueprints").content.decode()
    for name, folder in shipped().items():
        blueprint = read(folder)
        assert blueprint.label in listed
        page = anybody.get(f"/blueprints/{name}").content.decode()
        for one in (*blueprint.cohorts.values(), *blueprint.measures.values(), *blueprint.pathways.resources.values()):
            assert one.label.replace("'", "&#39;") in page, one.label
        for id in blueprint.sites:
            assert f'href="/sites/{id}"' in page
        assert page.count('<svg class="vg-pathway"') == len(blueprint.pathways.pathways)
    owls = anybody.get("/blueprints/night-owls?version=7.0.0").content.decode()
    assert "There is no version 7.0.0 of night-owls here. This is version 1.2.3." in owls
    assert anybody.get("/blueprints/none").status_code == 404


def test_a_site_adopts_varies_and_is_told_of_a_newer_version(
    give: Callable[[str, list[dict[str, str]]], None], programme: Path, anybody: Client
) -> None:
    give("adoptions", [{**ROW, **one} for one in ADOPTED])
    give("adoptions", [{**ROW, **one} for one in ADOPTED])
    assert Adoption.objects.get(key="wirral-owls").own == CITY.strip()
    (programme / "adoptions.csv").write_text(anybody.get("/adoptions.csv").content.decode(), "utf-8")
    assert load(programme / "adoptions.csv", NOW)["adoptions"].same == 3
    assert '<a href="/blueprints/night-owls">Night owls</a>' in anybody.get("/adoptions").content.decode()
    page = anybody.get("/adoptions/salford-owls").content.decode()
    assert "Salford Together: Night owls 1.2.3" in page
    assert "cohorts.awake.review.every" in page and "becomes 2 weeks" in page and "clocks.soon" not in page
    assert "Nothing: it works by the blueprint as it is." in anybody.get("/adoptions/harrogate-owls").content.decode()
    apart = anybody.get("/adoptions/salford-owls?with=wirral-owls").content.decode()
    assert "pathways.call.clocks.soon.within" in apart and "1 hour and 30 minutes" in apart
    assert (
        "No other site adopted Night owls as none." in anybody.get("/adoptions/salford-owls?with=none").content.decode()
    )
    assert "1 difference" in anybody.get("/sites/salford-together").content.decode()
    copy(
        programme / "blueprints" / "owls 2",
        ("blueprint.yaml", "version: 1.2.3", "version: 1.10.0"),
        ("blueprint.yaml", "cohorts.*.review.every, ", ""),
    )
    assert "1.10.0 is there" in anybody.get("/sites/salford-together").content.decode()
    claim = {"reference": "owls-2", "claim": "Owls are seen sooner", "grade": "said", "change_mind": "Fewer seen"}
    claim |= {"blueprint": "night-owls", "proposed": "2026-01", "decided": "2026-02"}
    assert "seen sooner" not in anybody.get("/adoptions/salford-owls").content.decode()
    give("learning", [claim | {"state": "accepted", "version": "1.10.0"}])
    assert "Owls are seen sooner</a>" in anybody.get("/adoptions/salford-owls").content.decode()
    page = anybody.get("/adoptions/salford-owls").content.decode()
    for words in ("What changed since", "site_may_vary", "does not fit it yet", "1.10.0 does not let a site vary"):
        assert words in page, words
    assert "What the site varies fits it as it is." in anybody.get("/adoptions/harrogate-owls").content.decode()
    shutil.rmtree(programme / "blueprints" / "owls")
    gone = "There is no version 1.2.3 of night-owls here. There is 1.10.0."
    page = anybody.get("/adoptions/salford-owls").content.decode()
    assert gone in page and 'href="/blueprints/night-owls?version=1.2.3"' not in page
    assert gone in anybody.get("/adoptions/salford-owls?with=wirral-owls").content.decode()
    assert gone in anybody.get("/sites/salford-together").content.decode()


@pytest.mark.sqlite_only
def test_what_a_newer_version_would_mean_is_simulated_for_both(
    give: Callable[[str, list[dict[str, str]]], None],
    programme: Path,
    anybody: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(foreseeing, "DAYS", 14)
    give("adoptions", [{**ROW, **one} for one in ADOPTED])
    assert foreseeing.behind() == []
    # The newer version expects half as many, and no longer lets a site vary when somebody is reviewed.
    newer = ("blueprint.yaml", "version: 1.2.3", "version: 1.10.0")
    copy(
        programme / "blueprints" / "newer",
        newer,
        ("simulate.yaml", "13000", "6500"),
        ("blueprint.yaml", "cohorts.*.review.every, ", ""),
    )
    assert [one.key for one in foreseeing.behind()] == ["harrogate-owls", "salford-owls", "wirral-owls"]
    harrogate, salford = (Adoption.objects.get(key=f"{one}-owls") for one in ("harrogate", "salford"))
    assert "It is not worked out yet" in anybody.get("/adoptions/harrogate-owls").content.decode()
    found = foreseeing.foresee(harrogate, NOW)
    assert foreseeing.foresee(harrogate, NOW).pk == found.pk
    lines = {what: (before, after, apart) for what, before, after, apart in found.found["lines"]}
    before, after, apart = lines["Who answers: in use"]
    assert float(after.split("%")[0]) < float(before.split("%")[0])
    assert apart in (foreseeing.APART, foreseeing.ALIKE)
    page = anybody.get("/adoptions/harrogate-owls").content.decode()
    assert "Now, by 1.2.3" in page and before in page and after in page
    assert "with what the site does otherwise" in page
    foreseeing.foresee(salford, NOW)
    assert "so that version was run as it is" in anybody.get("/adoptions/salford-owls").content.decode()
    # A page never shows what was worked out of another text.
    give("adoptions", [{**ROW, **ADOPTED[2], "own": TOWN}])
    assert "It is not worked out yet" in anybody.get("/adoptions/harrogate-owls").content.decode()
    (programme / "blueprints" / "newer" / "simulate.yaml").unlink()
    harrogate.refresh_from_db()
    assert "it cannot be simulated" in foreseeing.foresee(harrogate, NOW).problem
    assert "It cannot be said: Version 1.10.0 assumes" in anybody.get("/adoptions/harrogate-owls").content.decode()


def test_what_cannot_be_is_said_and_nothing_is_kept(give: Callable[[str, list[dict[str, str]]], None]) -> None:
    good = {
        "adoptions": {**ROW, **ADOPTED[0]},
        "learning": LEARNT,
        "site-figures": {"site": "salford-together", "figure": "rural", "on": "2011", "value": "1"},
    }
    give("adoptions", [good["adoptions"]])
    for table, wrong, sentence in MISTAKES:
        with pytest.raises(BadInput) as problem:
            give(table, [{**good[table], **wrong}])
        assert sentence in str(problem.value), sentence
        assert "/tmp" not in str(problem.value).split("column", 1)[-1]
    assert not Learning.objects.exists() and Adoption.objects.get().version == "1.2.3"


@pytest.mark.sqlite_only
def test_whom_to_learn_from(give: Callable[[str, list[dict[str, str]]], None], anybody: Client, tmp_path: Path) -> None:
    give("learning", [LEARNT])
    (tmp_path / "site-figures.csv").write_text(FIGURES, "utf-8")
    load(tmp_path / "site-figures.csv", NOW)
    page = anybody.get("/sites/salford-together").content.decode()
    assert "Population: 230,000 here, " in page and "per cent: 4 here" not in page.split("Whom to learn from")[0]
    assert "Living in rural areas, per cent: not known there" in page
    assert "Not known of this site: aged 65 and over, per cent; living" in page.replace(", living", "; living")
    assert LEARNT["claim"] in anybody.get("/learning?grade=compared&site=wirral").content.decode()
    give("adoptions", [{**ROW, **one} for one in ADOPTED])
    pages = ("/sites/salford-together", "/adoptions/salford-owls", "/adoptions", "/learning", "/blueprints")
    few = [asked(anybody, page) for page in pages]
    salford = Site.objects.get(key="salford-together")
    new = [Site(key=f"s{n}", short=f"s{n}", name=f"S {n}", type=salford.type, population=230_000) for n in range(200)]
    told = [
        Adoption(key=f"a{n}", short=f"a{n}", site=one, **ROW) for n, one in enumerate(Site.objects.bulk_create(new))
    ]
    Adoption.objects.bulk_create(told)
    assert [asked(anybody, page) for page in pages] == few
    assert anybody.get("/sites/salford-together").content.decode().count("230,000 here, 230,000 there") == 5
    assert "Only the first 50 are here." in anybody.get("/adoptions/salford-owls").content.decode()


def asked(client: Client, page: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_the_nearest_by_what_is_known() -> None:
    nan = np.nan
    numbers = {"people": np.array([1.0, 2, 3, 10, nan]), "rural": np.array([0.0, 0, nan, 0, nan])}
    found = nearest(numbers, 0, 5)
    # The second is 1 of people's deviation away; the third's rural share is not known, which counts as two squared.
    deviation = np.std([1.0, 2, 3, 10])
    assert [one.at for one in found] == [1, 2, 3]
    assert found[0].distance == pytest.approx(np.sqrt((1 / deviation) ** 2 / 2))
    assert found[1].distance == pytest.approx(np.sqrt(((2 / deviation) ** 2 + 2) / 2))
    assert nearest(numbers, 4, 5) == [] and [one.at for one in nearest(numbers, 0, 1)] == [1]
    assert nearest({"alike": np.array([5.0, 5, nan])}, 0, 5)[0].distance == 0
