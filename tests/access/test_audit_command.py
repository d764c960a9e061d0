"""`vanguard audit` on a place's folder."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from vanguard.access.audit import trail, write
from vanguard.access.audit.command import audit
from vanguard.errors import BadInput

MONDAY = datetime(2018, 8, 6, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(place: Path) -> Path:
    """A trail of two days, whose writer has ended."""
    folder = place / "audit"
    for number, now in enumerate((MONDAY, MONDAY + timedelta(days=1))):
        for entry in (
            {"who": "gp", "role": "gp", "whom": f"ann{number}", "what": "full", "why": "registered"},
            {"who": "=1+1", "role": "analyst", "whom": ["b", "c"], "what": "help_next", "why": "pseudonymised_rows"},
        ):
            write(str(folder), {**entry, "outcome": "shown", "request": "1"}, now)
    trail._writers.pop(str(folder)).close()
    return folder


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(audit, [str(one) for one in arguments])
    if isinstance(done.exception, BadInput):
        raise done.exception
    return done


def test_an_intact_trail_exits_0_and_a_changed_one_1_with_a_sentence(folder: Path) -> None:
    done = run("verify")
    assert done.exit_code == 0 and done.output == "6 lines in 2 files, 1 signed heads: the trail is intact.\n"
    [path] = folder.glob("2018-08-06-*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"ann0", b"bob0"))
    done = run("verify")
    assert done.exit_code == 1
    assert done.output.startswith(f"{path.name}, line 2: The line was changed. Compare it with")
    told = orjson.loads(run("verify", "--json").output)
    assert not told["intact"] and told["findings"][0] == {
        "file": path.name,
        "line": 2,
        "what": "The line was changed.",
        "do": "Compare it with the file in your last backup, and tell the privacy officer.",
        "tampering": True,
    }


def test_a_copied_head_and_its_hash_prove_that_nothing_was_cut(folder: Path, tmp_path: Path) -> None:
    signed = orjson.loads(run("head", "--json").output)
    assert orjson.loads(run("head", "--json").output) == signed, "nothing was written since"
    copy = tmp_path / "head.json"
    copy.write_bytes(Path(signed["file"]).read_bytes())
    assert run("verify", "--head", copy, "--head", signed["hash"]).exit_code == 0
    assert run("verify", "--head", "0" * 64).exit_code == 1
    with pytest.raises(BadInput, match="nowhere"):
        run("verify", "--head", tmp_path / "nowhere")


def test_a_copy_elsewhere_is_checked_with_the_public_key(folder: Path, tmp_path: Path) -> None:
    signed = orjson.loads(run("head", "--json").output)
    copy = tmp_path / "elsewhere" / "audit"
    copy.mkdir(parents=True)
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    with pytest.raises(BadInput, match="no key"):
        run("verify", "--folder", copy)
    assert run("verify", "--folder", copy, "--key", signed["key"]).exit_code == 0
    assert run("verify", "--folder", copy, "--key", "0" * 64).exit_code == 1
    assert not (copy.parent / "secret").exists(), "no key is made by looking"
    with pytest.raises(BadInput, match="no audit trail"):
        run("verify", "--folder", tmp_path)


def test_an_export_says_who_saw_what_and_is_on_record(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "looks.csv"
    assert run("export", "--out", out, "--to", "2018-08-06").exit_code == 0
    rows = list(csv.DictReader(out.open()))
    assert [(row["who"], row["role"], row["whom"], row["what"], row["entitlement"]) for row in rows] == [
        ("gp", "GP", "ann0", "full", "registered with my practice"),
        ("'=1+1", "analyst", "b; c", "help_next", "see rows about people under pseudonyms"),
    ]
    assert rows[0]["when"] == "2018-08-06T09:30:00+00:00" and rows[0]["outcome"] == "shown"
    assert out.stat().st_mode & 0o777 == 0o600
    whole = tmp_path / "looks.jsonl"
    assert orjson.loads(run("export", "--out", whole, "--json").output)["rows"] == 5
    *_, last = whole.read_bytes().splitlines()
    noted = orjson.loads(last)
    assert (noted["what"], noted["rows"], noted["outcome"]) == ("export audit", 2, "shown")
    assert str(out) in noted["why"] and noted["who"].endswith("at the command line")
    assert run("verify").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--out", "looks.txt"), "End it in .csv"),
        (("--out", "there.csv"), "a file already"),
        (("--out", "no/where.csv"), "no such folder"),
        (("--out", "a.csv", "--from", "2018-08-07", "--to", "2018-08-06"), "end before"),
    ],
)
def test_an_export_that_will_not_do_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").touch()
    with pytest.raises(BadInput, match=says):
        run("export", *arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert run("export", "--out", "a.csv", "--from", "yesterday").exit_code == 2


def test_the_index_is_brought_up_to_date(folder: Path, place: Path) -> None:
    assert run("index").output == "2 files had grown.\n"
    assert orjson.loads(run("index", "--json").output) == {"files": 0}
