"""Files that places published come in on the page: sent as a file, with what the places learnt."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.programme.test_published import LATER, NAMES, changed, files, towns  # noqa: F401
from tests.programme.towns import SITES

from vanguard import clock
from vanguard.learn.board.publishing.command import publish
from vanguard.programme.blueprints.models import Learning
from vanguard.programme.published.learning import _reference
from vanguard.programme.published.models import Received, SiteMeasure
from vanguard.programme.sites.models import Site
from vanguard.programme.tables.writing import load

CLAIMS = """reference,claim,grade,evaluation,change_mind,blueprint,element
one-call,One call finds a team sooner,followed,"did-stays-change, no clear evidence yet",A year without a fall,,
moon-beds,Fewer stay where beds are moved,said,,A fall elsewhere too,moon,measures.stays
"""


def send(client: Client, text: str, name: str = "salford.published.json") -> Any:
    return client.post("/publications", {"file": SimpleUploadedFile(name, text.encode())})


@pytest.mark.sqlite_only
def test_two_places_publish_by_command_and_send_their_files(
    files: dict[str, str],  # noqa: F811
    towns: dict[str, Path],  # noqa: F811
    signed_in: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The short twin of the long proof below: the command in this process, on places with made-up tables."""
    director = signed_in("director")
    (tmp_path / "claims.csv").write_text(CLAIMS, "utf-8")
    monkeypatch.setattr(clock, "now", lambda: LATER)
    for site, home in towns.items():
        with monkeypatch.context() as there:
            there.setattr(settings, "PLACE", home)
            there.setenv("VANGUARD_HOME", str(home))
            words = ["--site", site, "--to", str(tmp_path), "--learning", str(tmp_path / "claims.csv"), "--json"]
            done = CliRunner().invoke(publish, words)
            assert done.exit_code == 0, done.output
            told = json.loads(done.stdout)
            assert (told["measures"], told["claims"]) == (3, 2)
            bad = tmp_path / "bad.csv"
            bad.write_text("reference,claim,grade,change_mind\nx,So,proved,Nothing\n", "utf-8")
            refused = CliRunner().invoke(publish, [*words[:-2], str(bad)])
            assert "line 2, column grade" in str(refused.exception)
        text = Path(told["file"]).read_text("utf-8")
        monkeypatch.setattr(clock, "now", lambda: LATER)
        page = send(director, text, Path(told["file"]).name).content.decode()
        assert f"{NAMES[site]}: 3 measures, known to 31 May 2026. In the library of learning: 2 claims." in page
        assert "was received before. Nothing changes." in send(director, text).content.decode()
    assert SiteMeasure.objects.count() == 6 and Received.objects.count() == 2
    claim = Learning.objects.get(key__startswith="salford-together-one-call-")
    assert (claim.state, claim.grade, claim.proposed, claim.site.key) == (
        *("proposed", "followed", "2026-06-06"),
        "salford-together",
    )
    assert Learning.objects.get(key__startswith="wirral-partners-moon-beds-").blueprint == "", (
        "the programme has no such blueprint"
    )
    assert "One call finds a team sooner" in Client().get("/learning?site=salford").content.decode()
    # What was decided stays decided, whatever the site says next.
    (tmp_path / "learning.csv").write_text(
        "reference,claim,grade,change_mind,proposed,state,reason\n"
        f"{claim.key},{claim.claim},said,{claim.change_mind},2026-06-06,rejected,Not enough\n",
        "utf-8",
    )
    load(tmp_path / "learning.csv", LATER)
    text = (tmp_path / f"salford-together-{date(2026, 6, 6)}.published.json").read_text("utf-8")
    later = "2026-06-06T12:30:00Z"
    again = changed(
        towns, text, lambda told: told | {"made": later, "learning": [told["learning"][0] | {"claim": "X"}]}
    )
    assert "3 measures" in send(director, again).content.decode()
    claim.refresh_from_db()
    assert (claim.state, claim.grade, claim.claim) == ("rejected", "said", "One call finds a team sooner")
    # However long a site's name is, no claim is called as another.
    asked = (("north", "east-1"), ("north-east", "1"), ("n" * 60, "falls-1"), ("n" * 60, "falls-2"))
    called = {_reference(Site(key=site), one) for site, one in asked}
    assert len(called) == len(asked) and max(map(len, called)) == 60


def test_a_file_is_refused_whole_and_taken_nowhere_else(
    files: dict[str, str],  # noqa: F811
    towns: dict[str, Path],  # noqa: F811
    signed_in: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    director, viewer, text = signed_in("director"), signed_in("viewer"), files["salford-together"]
    claim = {"reference": "a", "claim": "So", "grade": "trial", "evaluation": "", "change_mind": "None"}
    claim |= {"blueprint": "", "element": ""}
    for learning, sentence in (
        ([claim], "The grade says that it was evaluated, and evaluation is empty."),
        ([claim | {"grade": "said"}] * 2, "The claim a stands there twice."),
        ([claim | {"claim": "Dr Someone says so", "grade": "said"}], "seems to hold the name of a person."),
        ([claim | {"grade": "sure"}], "does not have the form: learning.0.grade"),
    ):
        answer = send(director, changed(towns, text, lambda told, claims=learning: told | {"learning": claims}))
        assert answer.status_code == 400 and sentence in answer.content.decode(), sentence
        assert (SiteMeasure.objects.count(), Learning.objects.count()) == (0, 0), sentence
        assert Received.objects.order_by("-pk")[0].state == "refused"
    assert "is not JSON" in send(director, "\x00\xff nonsense").content.decode()
    assert director.post("/publications", {"file": SimpleUploadedFile("x", b"\xff\xfe\x00")}).status_code == 400
    assert "is not JSON" in director.post("/publications", {}).content.decode()
    padded = text.rstrip("\n") + " " * 400_000
    assert "3 measures" in send(director, padded).content.decode(), "larger than any form may be"
    for client, path in (
        *((viewer, "/publications"), (Client(), "/publications"), (director, "/keep/sites/paste")),
        *((director, "/plan"), (Client(), "/sign-in")),
    ):
        sent = client.post(path, {"file": SimpleUploadedFile("x", b"a")})
        assert sent.status_code in (302, 400, 403, 405), (path, sent.status_code)
        large = client.post(path, {"file": SimpleUploadedFile("x", b"a" * 400_000)})
        assert large.status_code == 413, (path, large.status_code)
    assert director.post("/publications", {"file": SimpleUploadedFile("x", b"a" * 20_200_000)}).status_code == 413


def vanguard(home: Path, *words: str) -> dict[str, Any]:
    """What the real command says, in a process of its own."""
    environment = {
        "VANGUARD_HOME": str(home),
        "PYTHONPATH": ":".join(filter(None, sys.path)),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "vanguard.cli", *words, "--json"]
    done = subprocess.run(
        command, env=environment | {"VANGUARD_DEMO": "1"}, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_demo_places_publish_to_one_programme(tmp_path: Path) -> None:
    """From the extracts of two made-up places to the boards of a programme, by the real command line."""
    programme, folder = tmp_path / "programme", tmp_path / "files"
    vanguard(programme, "programme", "new", "Two towns")
    keys = {}
    for seed, site in enumerate(SITES):
        home = tmp_path / site
        vanguard(home, "synth", "--people", "2000", "--seed", str(seed), "--out", str(tmp_path / f"{site}-extracts"))
        vanguard(home, "load", str(tmp_path / f"{site}-extracts"))
        for step in ("link", "refresh", "measure"):
            vanguard(home, step)
        keys[site] = vanguard(home, "publish", "--key")["key"]
        told = vanguard(home, "publish", "--site", site, "--to", str(folder / "published"))
        assert told["measures"] > 5 and told["points"] > 100
        held = Path(told["file"]).read_text("utf-8")
        assert "999" not in {one[:3] for one in held.split('"') if one.isdigit() and len(one) == 10}, "no NHS number"
    (folder / "site-types.csv").write_text("short,name\npacs,Primary and acute care systems\n", "utf-8")
    rows = "".join(f"{site},{site.title()},pacs,2000\n" for site in SITES)
    (folder / "sites.csv").write_text(f"short,name,type,population\n{rows}", "utf-8")
    rows = "".join(f"{key},{site},2020\n" for site, key in keys.items())
    (folder / "publishing-keys.csv").write_text(f"public_key,site,since\n{rows}", "utf-8")
    came = vanguard(programme, "programme", "load", str(folder))["published"]
    assert [one["state"] for one in came] == ["in_force", "in_force"]
    again = vanguard(programme, "programme", "load", str(folder))
    assert [one["state"] for one in again["published"]] == ["same", "same"]
    assert all(not (one["new"] or one["changed"]) for id_, one in again.items() if id_ != "published")
    assert vanguard(programme, "programme", "export", str(tmp_path / "out"))["published"] == 2
