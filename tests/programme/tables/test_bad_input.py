"""What somebody may get wrong first, each on the page that takes many rows, on the form of one, and by command."""

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme.command import programme as command
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.writing import load

THERE = {
    "site-types": "short,name\nhub,Hub\n",
    "sites": "short,name,type,population\nash,Ash,hub,41000\nelm,Elm,hub,36000\n",
    "organisations": "name,kind,merged_into\nNew Trust,acute_trust,\nOld Trust,acute_trust,New Trust\n",
    "funds": "short,name,amount\nstart,Start fund,2000000\n",
    "rounds": "short,name,number\nfirst,First round,1\n",
    "applications": "short,round,name,type,stage,population\noak,first,Oak,hub,shortlisted,52000\n",
}
MISTAKES = {
    "no population": ("sites", "short,name,type,population\nfir,Fir,hub,\n", "The site has no population."),
    "two of one name": ("sites", "short,name,type,population\nash2,ash,hub,4000\n", "Another site is called ash."),
    "a merged partner": (
        "partners",
        "site,organisation,role\nash,Old Trust,provider\n",
        "Old Trust was merged into New Trust. Write New Trust.",
    ),
    "a vote for oneself": ("votes", "voter,choice\noak,oak\n", "Oak votes for itself."),
    "over the fund": (
        "awards",
        "short,fund,recipient,stage,amount,year\nelm-1,start,Elm,approved,2000001,2026/27\n",
        "the fund is £2,000,000",
    ),
    "a version that is gone": (
        "adoptions",
        "short,site,blueprint,version,since,adopted_by\nelm-x,elm,primary-care-home,9.9.9,2026-11,Board\n",
        "There is no version 9.9.9 of primary-care-home here.",
    ),
    "a renamed column": (
        "sites",
        "short,name,type,people\nfir,Fir,hub,40000\n",
        "The column people is one too many.",
    ),
}


@pytest.mark.sqlite_only
def test_bad_input_is_told_in_a_sentence_and_nothing_is_half_done(
    programme: Path, signed_in: Callable[[str], Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table, text in THERE.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    director = signed_in("director")
    monkeypatch.setenv("VANGUARD_HOME", str(programme))
    before = {id_: one.model._default_manager.count() for id_, one in all_tables().items()}
    for what, (table, text, sentence) in MISTAKES.items():
        pasted = director.post(f"/keep/{table}/paste", {"text": text})
        assert pasted.status_code == 400, what
        assert sentence in html.unescape(pasted.content.decode()), what
        head, cells = (line.split(",") for line in text.splitlines())
        if "renamed" not in what:
            typed = director.post(f"/keep/{table}/new", dict(zip(head, cells, strict=True)))
            assert typed.status_code == 400, what
            assert sentence in html.unescape(typed.content.decode()), what
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
        done = CliRunner().invoke(command, ["load", str(tmp_path / f"{table}.csv")])
        assert sentence in str(done.exception), (what, done.output)
        assert f"{table}.csv, line " in str(done.exception), what
        assert {id_: one.model._default_manager.count() for id_, one in all_tables().items()} == before, what


FIR = "short,name,type,population\nfir,Fir,hub,4000\n"
FILES = {
    "UTF-16, as some spreadsheets save": ("sites.csv", FIR.encode("utf-16"), "it is UTF-16. Save it as CSV (UTF-8)."),
    "Windows": (
        "sites.csv",
        f"{FIR}cafe,Caf\xe9,hub,1\n".encode("cp1252"),
        "line 3: A letter here is not UTF-8",
    ),
    "a spreadsheet": ("sites.csv", b"PK\x03\x04\x14\x00\xff", "it is a spreadsheet or a zip archive. Open it"),
    "nothing": ("sites.csv", b"\xef\xbb\xbf\r\n", "There is nothing in it. The columns are short, name, type"),
    "no JSON": ("sites.json", b"", "The file is not JSON."),
    "lists": ("sites.json", b'[["short"], ["fir"]]', "The file is no list of objects. Give one object for each site."),
    "one name too many": (
        "sites.json",
        b'[{"short": "fir", "name": "Fir", "type": "hub", "population": 4000, "colour": "red"}]',
        "sites.json, item 1: The name colour is one too many.",
    ),
    "another programme's": (
        "partners.csv",
        b"site,organisation,role\nsalford,New Trust,provider\n",
        "line 2, column site: There is no site salford. Add it to sites first",
    ),
    "a table of nobody": ("people.csv", b"name\nFir\n", "people.csv is no table of a programme."),
    "left in its folder": ("Sites.xlsx", b"PK", "Sites.xlsx is neither .csv nor .json. Save it as sites.csv"),
}


@pytest.mark.sqlite_only
def test_a_file_that_is_none_is_called_what_it_is(programme: Path, tmp_path: Path) -> None:
    for table, text in THERE.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    load(tmp_path, NOW)
    before = {id_: one.model._default_manager.count() for id_, one in all_tables().items()}
    for what, (name, held, sentence) in FILES.items():
        folder = tmp_path / "sent"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(held)
        with pytest.raises(BadInput) as refused:
            load(folder, NOW)
        assert sentence in str(refused.value), (what, str(refused.value))
        assert {id_: one.model._default_manager.count() for id_, one in all_tables().items()} == before, what
        (folder / name).unlink()
    (tmp_path / "organisations.csv").write_text("name,kind,merged_into\n", "utf-8")
    assert load(tmp_path / "organisations.csv", NOW)["organisations"].new == 0, "a heading alone"
    (tmp_path / "sites.csv").write_text(FIR.replace(",", ";"), "utf-8")
    assert load(tmp_path / "sites.csv", NOW)["sites"].new == 1, "Excel's semicolons in some countries"
