"""The table of security requirements: complete, honest in its form, each line shown by a test that is there.

And the few requirements that are about the code as a whole.
"""

import ast
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.safety.test_hazards import named_in

from vanguard.access import policy
from vanguard.access.relatives import LETTERS
from vanguard.know.record import read_date
from vanguard.know.record.views.people import LONGEST
from vanguard.lake import tables
from vanguard.learn.ahead.trying import MOST_WAITING
from vanguard.nhs_number import valid_nhs_number
from vanguard.web.limits import USUAL

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vanguard"
sys.path.insert(0, str(ROOT / "scripts"))
from asvs import Line, read_lines  # noqa: E402

LINES = read_lines(ROOT / "docs/security/asvs.yaml")
# What a request passes through.
ROOMS = ("access", "api", "care", "directory", "know/record", "learn/board", "programme", "web")
# How many requirements of levels 1 and 2 each section of the standard's version 5.0.0 has: 253.
OF_EACH_SECTION = {
    "1": (2, 9, 11, 3, 2), "2": (3, 3, 4, 1), "3": (0, 2, 4, 6, 5, 0, 2), "4": (3, 1, 2, 4), "5": (1, 3, 2, 3),
    "6": (3, 12, 4, 4, 5, 3, 0, 4), "7": (3, 4, 2, 5, 2, 2), "8": (2, 3, 1, 1), "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3), "11": (2, 3, 3, 4, 1, 1), "12": (3, 2, 4), "13": (1, 5, 2, 5), "14": (2, 4, 3),
    "15": (3, 3, 7), "16": (1, 5, 4, 3, 3), "17": (1, 4, 2),
}  # fmt: skip


def test_every_requirement_has_a_line() -> None:
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in OF_EACH_SECTION.items()
        for section, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    ]
    assert len(wanted) == 253
    assert [line.id for line in LINES] == wanted


@pytest.mark.parametrize("state", ["how", "partly", "place", "not_met", "does_not_apply"])
def test_what_is_met_is_shown_and_what_is_not_says_why(state: str) -> None:
    found: list[Line] = [line for line in LINES if line.state == state]
    assert (found or state == "not_met") and all(line.words for line in found)
    for line in found:
        assert bool(line.tests) == (state in ("how", "partly")), line.id
        for test in line.tests:
            assert test in named_in(test.partition("::")[0]), (line.id, test)


def test_the_service_runs_no_program_and_no_text_as_code() -> None:
    """Rooms that a request passes through: no other program, no eval, nothing that makes objects of names."""
    forbidden = {"eval", "exec", "compile", "__import__", "system", "popen", "loads_pickle"}
    modules = {"subprocess", "pickle", "marshal", "shelve", "xml", "lxml", "ctypes"}
    for room in ROOMS:
        for file in (SOURCE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in forbidden, file
                if isinstance(node, ast.Import):
                    assert not {one.name.partition(".")[0] for one in node.names} & modules, file
                if isinstance(node, ast.ImportFrom):
                    assert (node.module or "").partition(".")[0] not in modules, file


def rows(page: str, heading: str) -> dict[str, str]:
    """The lines of the table under a heading of a page of the docs, by their first cell."""
    text = (ROOT / "docs" / page).read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert lines and all(line.split("|")[2].strip() for line in lines)
    return {line.split("|")[1].strip(): line for line in lines}


def test_what_may_be_typed_is_on_the_page_as_it_is_checked() -> None:
    told = rows("limits.md", "What may be typed")
    reasons = policy().reasons
    assert f"at least {reasons.least_words} words, at most {reasons.most_letters} letters" in told["reason"]
    assert f"for {policy().break_glass.minutes_to_give_reason} minutes" in told["reason"]
    assert f"at most {LONGEST} letters" in told["name, or what is searched for"]
    assert f"{LETTERS} letters and digits" in told["a relative's code"]
    written = told["date"].split("|")[2].partition(",")[0].partition(" or ")[0]
    assert read_date(written) == read_date("6/8/2018") == read_date("2018-08-06") == date(2018, 8, 6)
    assert valid_nhs_number("9990000018") and not valid_nhs_number("9990000019")


def test_what_costs_most_is_on_the_page_with_its_limit() -> None:
    told = rows("limits.md", "What costs most")
    assert f"at most {MOST_WAITING} wait" in told["scenarios, staffing, ten years"]
    kinds = set(re.findall(r'@?limited\("(\w+)"', "".join(file.read_text() for file in SOURCE.rglob("*.py"))))
    assert kinds == {"search", "trace", "sign_in"} < set(USUAL)
    assert "`search` and `trace`" in told["searching, and finding one person"]
    assert f"{settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 1_000_000} MB" in told["a publication that a programme takes in"]


def test_each_level_of_data_has_its_rules() -> None:
    told = rows("guardian.md", "Levels of data")
    places = " ".join(line.split("|")[2] for line in told.values())
    assert {f"lake/{one.folder}" for one in tables().values()} <= set(re.findall(r"`([\w/]+)`", places))
    assert {"audit", "secret"} <= set(re.findall(r"`([\w/]+)`", places))
    assert policy().sensitive_sets and "sensitive sets" in told


def test_every_log_is_in_the_inventory() -> None:
    told = rows("audit.md", "What is logged elsewhere")
    assert list(settings.LOGGING["handlers"]) == ["console"] and "standard error" in told["the service"]
    writing = [file for room in ROOMS for file in (SOURCE / room).rglob("*.py") if "FileHandler" in file.read_text()]
    assert not writing and "`audit/`" in told["access"]
    assert all(cell.strip() for line in told.values() for cell in line.split("|")[1:-1])


def test_no_weak_hash() -> None:
    """But in the outbox, which names rows of the lake by MD5 as intake does: that guards nothing."""
    for file in [one for room in (*ROOMS, "backup", "lake") for one in (SOURCE / room).rglob("*.py")]:
        assert file.parent.name == "outbox" or not re.search(r"\b(md5|sha1)\b", file.read_text("utf-8")), file


def test_passwords_are_hashed_slowly() -> None:
    text = (SOURCE / "web/settings.py").read_text("utf-8")
    assert re.findall(r"hashers\.(\w+)", text) == ["ScryptPasswordHasher"]


def test_chance_that_matters_comes_from_the_system() -> None:
    """`random` is for made-up places, never for what must not be guessed."""
    for room in (*ROOMS, "backup"):
        for file in (SOURCE / room).rglob("*.py"):
            text = file.read_text("utf-8")
            assert not re.search(r"^(import random|from random)", text, re.M), file
            # Of all kinds of uuid, the fourth is drawn by the system, and the fifth is made of a name.
            assert not re.search(r"uuid\.uuid[13678]", text), file


def test_no_other_origin_is_let_in() -> None:
    answer = Client().get("/health", headers={"origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert not any("cors" in one for one in (*settings.MIDDLEWARE, *settings.INSTALLED_APPS))


def test_scripts_store_nothing() -> None:
    """But what was typed at somebody's side and waits for a signal: one script keeps it, sealed, for the others."""
    seals = {"sealed.js"}
    for file in (SOURCE / "web/assets").glob("*.js"):
        text = file.read_text("utf-8")
        assert not re.search(r"sessionStorage|indexedDB|document\.cookie|postMessage|innerHTML|eval\(", text), file
        assert file.name in seals or "Storage" not in text, file
        # Charts read what the page itself brought, the other what it sealed.
        assert file.name in seals | {"charts.js"} or "JSON.parse" not in text, file


def test_every_dependency_is_locked_with_a_hash() -> None:
    for name in ("run", "dev"):
        locked = re.split(r"\n(?=\S)", (ROOT / f"requirements/{name}.lock").read_text().strip())
        packages = [one for one in locked if not one.startswith(("#", "--"))]
        assert packages and all("==" in one and "--hash=sha256:" in one for one in packages)
    assert "scripts/audit.py" in (ROOT / "scripts/check.sh").read_text()


def test_times_to_mend_are_stated() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8").partition("## How fast a weakness is mended")[2]
    times = [int(days) for days in re.findall(r"\| (\d+) days \|", page)]
    assert len(times) == 4 and times == sorted(times) and times[0] <= 2 and times[-1] <= 30
    assert "every 90 days" in page
