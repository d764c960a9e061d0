"""Files into the tables of a programme: all or nothing, the same again changes nothing, each mistake a sentence."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.small_place import NOW

from vanguard.errors import BadInput
from vanguard.programme.money.models import Award, Fund
from vanguard.programme.sites.models import Organisation, Partner, Site
from vanguard.programme.tables.checking import values_of
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.writing import load

SMALL = {
    "site-types": "short,name,part_of\nhubs,Hub,\ntwin-hubs,Twin hub,hubs\n",
    "sites": "short,name,type,population\nash,Ash,hubs,1200\nelm,Elm,twin-hubs,900\n",
    "organisations": "name,kind,merged_into\nOld Trust,acute_trust,\nNew Trust,acute_trust,\n",
    "partners": "site,organisation,role\nash,Old Trust,provider\n",
    "funds": "short,name,amount\npot,The pot,£1,000\n".replace("£1,000", '"£1,000"'),
    "awards": "short,fund,recipient,stage,amount\na1,pot,Ash,approved,600\na2,pot,Elm,in_principle,400\n",
    "payments": "reference,award,site,paid,amount\np1,a1,ash,2026-03,600\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for table, text in SMALL.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def told(db: None, folder: Path) -> Callable[[str, str], str]:
    """What is said of a folder where one table was written otherwise; nothing may have changed by then."""
    load(folder, NOW)

    def sentence(table: str, text: str) -> str:
        before = {one.id: one.model.objects.count() for one in all_tables().values()}
        (folder / f"{table}.csv").write_text(text, "utf-8")
        with pytest.raises(BadInput) as problem:
            load(folder, NOW)
        assert {one.id: one.model.objects.count() for one in all_tables().values()} == before
        assert list(Site.objects.order_by("short").values_list("population", flat=True)) == [1200, 900]
        assert Award.objects.get(short="a1").amount == 600
        return str(problem.value).replace(f"{folder}/", "")

    return sentence


def test_the_same_again_changes_nothing_and_a_change_is_kept(db: None, folder: Path) -> None:
    load(folder, NOW, by="ruth")
    first = Change.objects.count()
    assert first == sum(text.count("\n") - 1 for text in SMALL.values())
    again = load(folder, NOW)
    assert {(one.new, one.changed) for one in again.values()} == {(0, 0)}
    # A file of fewer columns leaves the others as they are.
    (folder / "sites.csv").write_text("short,name,type\nash,Ash and Oak,hubs\n", "utf-8")
    assert load(folder / "sites.csv", NOW, by="ruth")["sites"].changed == 1
    site = Site.objects.get(short="ash")
    assert (site.name, site.population) == ("Ash and Oak", 1200)
    kept = Change.objects.filter(table="sites", row="ash").order_by("pk").last()
    assert kept and (kept.before["name"], kept.after["name"], kept.by) == ("Ash", "Ash and Oak", "ruth")
    assert Change.objects.count() == first + 1
    # The same as JSON, with a number as a number.
    (folder / "sites.json").write_text(
        json.dumps([{"short": "ash", "name": "Ash", "type": "hubs", "population": 1200}])
    )
    assert load(folder / "sites.json", NOW)["sites"].changed == 1


MISTAKES = [
    (
        "sites",
        "short,name,type,people\nash,Ash,hubs,1\n",
        "sites.csv, line 1: The column people is one too many. The columns are short, name, type, and may have",
    ),
    ("sites", "short,title,type\nash,Ash,hubs\n", "sites.csv, line 1: There is no column name. The columns are"),
    (
        "sites",
        "short,name,type,population\noak,Ash,hubs,5\n",
        "sites.csv, line 2, column name: Another site is called Ash. Two cannot have one name.",
    ),
    (
        "sites",
        "short,name,type,population\noak,Oak,hubs,5\noak,Yew,hubs,5\n",
        "sites.csv, line 3, column short: The site stands in line 2 already.",
    ),
    (
        "sites",
        "short,name,type,population\noak,Oak,hubs,\n",
        "sites.csv, line 2, column population: The site has no population. Write it, or say in population_note why",
    ),
    (
        "sites",
        "short,name,type,population\noak,Oak,hubs,0\n",
        "sites.csv, line 2, column population: 0 is not between 1 and",
    ),
    (
        "sites",
        "short,name,type,population\noak,Oak,barns,5\n",
        "sites.csv, line 2, column type: There is no type of site barns. Add it to site-types first",
    ),
    (
        "awards",
        "short,fund,recipient,stage,amount\na1,pot,Ash,approved,601\n",
        "awards.csv, line 2, column amount: Awards out of The pot come to £1,001, and the fund is £1,000.",
    ),
    (
        "payments",
        "reference,award,site,paid,amount\np2,a1,ash,2026-04,1\n",
        "payments.csv, line 2, column amount: £601 is drawn of the award a1, which is £600.",
    ),
    (
        "payments",
        "reference,award,site,paid,amount\np2,a2,elm,2026-04,1\n",
        "payments.csv, line 2, column award: The award a2 is not approved yet. Approve it first.",
    ),
    (
        "payments",
        "reference,award,site,paid,amount\np2,a1,ash,2026-13,1\n",
        "payments.csv, line 2, column paid: 2026-13 is no year, month or day. Write 2015, 2015-09 or 2015-07-24.",
    ),
    (
        "organisations",
        "name,kind,merged_into\nOld Trust,acute_trust,New Trust\n",
        "partners.csv, line 2, column organisation: Old Trust was merged into New Trust. Write New Trust.",
    ),
]


def test_what_cannot_be_loaded_is_said(told: Callable[[str, str], str], folder: Path) -> None:
    for table, text, sentence in MISTAKES:
        assert told(table, text).startswith(sentence)
        (folder / f"{table}.csv").write_text(SMALL[table], "utf-8")


def test_a_merged_partner_once_its_rows_name_what_it_became(db: None, folder: Path) -> None:
    load(folder, NOW)
    (folder / "organisations.csv").write_text("name,kind,merged_into\nOld Trust,acute_trust,New Trust\n", "utf-8")
    Partner.objects.all().delete()
    (folder / "partners.csv").write_text("site,organisation,role\nash,New Trust,provider\n", "utf-8")
    load(folder, NOW)
    assert Organisation.objects.get(name="Old Trust").merged_into.name == "New Trust"
    (folder / "partners.csv").write_text("site,organisation,role\nelm,Old Trust,provider\n", "utf-8")
    with pytest.raises(BadInput, match=r"line 2, column organisation: Old Trust was merged into New Trust\."):
        load(folder, NOW)


@pytest.mark.parametrize("between", ["\t", ";"])
def test_cells_copied_from_a_spreadsheet(db: None, tmp_path: Path, between: str) -> None:
    """Tabs, or semicolons, where the heading has them: a comma within a cell is text then."""
    (tmp_path / "organisations.csv").write_text(
        "name,kind,note\nAsh, and Elm,acute_trust,\n".replace(",", between).replace(f"Ash{between}", "Ash,"), "utf-8"
    )
    load(tmp_path, NOW)
    assert Organisation.objects.get().name == "Ash, and Elm"


def test_cells_as_a_spreadsheet_writes_them(db: None, folder: Path) -> None:
    """Days with the day first, parted thousands, pounds with no pence, cells of two lines, blank lines at the end."""
    load(folder, NOW)
    sites = '\ufeffshort;name;type;population;announced\r\noak;"Oak\r\nand Yew";hubs;41,000;06/08/2015\r\n;;;;\r\n\r\n'
    (folder / "sites.csv").write_text(sites, "utf-8", newline="")
    load(folder / "sites.csv", NOW)
    oak = Site.objects.get(short="oak")
    assert (oak.name, oak.population, oak.announced) == ("Oak\r\nand Yew", 41_000, "2015-08-06")
    funds = 'short,name,amount\npot,The pot,"£1,234.00"\nother,Another,£ 500\n'
    (folder / "funds.csv").write_text(funds, "utf-8")
    load(folder / "funds.csv", NOW)
    assert list(Fund.objects.order_by("pk").values_list("amount", flat=True)) == [1234, 500]
    for table, text, sentence in (
        (
            "funds",
            'short,name,amount\npot,The pot,"£1,234.50"\n',
            "amount: £1,234.50 is not a sum in whole pounds",
        ),
        ("funds", "short,name,amount\npot,The pot,1e3\n", "line 2, column amount: 1e3 is not a sum in whole pounds"),
        ("funds", 'short,name,amount\npot,The pot,"12,34"\n', "line 2, column amount: 12,34 is not a sum in whole"),
        ("sites", "short,name,type,announced\noak,Oak,hubs,31/06/2015\n", "31/06/2015 is no year, month or day."),
        ("sites", "short,name,type,announced\noak,Oak,hubs,Jul-15\n", "Jul-15 is no year, month or day."),
        ("sites", "short,name,type,name\noak,Oak,hubs,Elm\n", "line 1: The column name stands twice. Leave one of"),
    ):
        (folder / f"{table}.csv").write_text(text, "utf-8")
        with pytest.raises(BadInput, match=re.escape(sentence)):
            load(folder / f"{table}.csv", NOW)


def test_files_that_are_no_tables(db: None, tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text("name\n", "utf-8")
    with pytest.raises(BadInput, match=r"persons.csv is no table of a programme\. Files are called after"):
        load(tmp_path, NOW)
    with pytest.raises(BadInput, match="There is no such file or folder"):
        load(tmp_path / "none", NOW)
    (tmp_path / "sites.json").write_text('{"short": "ash"}')
    with pytest.raises(BadInput, match="The file is no list of objects"):
        load(tmp_path / "sites.json", NOW)
    for cells, sentence in (
        ('"short": "a", "short": "b", "name": "A", "type": "x"', "The name short stands twice in one object"),
        ('"short": "a", "name": ["A", "B"], "type": "x"', "item 1: name holds more than one value"),
        ('"short": "a", "name": {"full": "A"}, "type": "x"', "item 1: name holds more than one value"),
        ('"short": "a", "name": "A", "type": "x", "sources": [["b"]]', "item 1: sources holds more than one value"),
    ):
        (tmp_path / "sites.json").write_text(f"[{{{cells}}}]")
        with pytest.raises(BadInput, match=sentence):
            load(tmp_path / "sites.json", NOW)
    (tmp_path / "sites.json").write_text('[{"short": "ash", "name": "A", "typ": "x"}]')
    with pytest.raises(BadInput, match="item 1: There is no type"):
        load(tmp_path / "sites.json", NOW)


@given(st.sampled_from(sorted(all_tables())), st.data())
def test_any_cells_become_values_or_sentences(table_id: str, data: st.DataObject) -> None:
    """Whatever a file holds: a value that fits, or a fault of that column; never an error of ours."""
    table = all_tables()[table_id]
    cells = {one.name: data.draw(st.text(max_size=30) | st.from_regex(r"-?\d{1,22}")) for one in table.columns}
    values, faults = values_of(table, cells, {name: {} for name in table.rows_named()}, {})
    assert values.keys() | {one.column for one in faults} == cells.keys()
    assert all(one.what.endswith(".") for one in faults)


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was(db: None, folder: Path) -> None:
    from vanguard.programme.tables.giving import export

    (folder / "organisations.csv").write_text("name,kind,note\n'=Sum Ltd,private,'-1 and more\n", "utf-8")
    load(folder / "organisations.csv", NOW)
    assert Organisation.objects.get(name="=Sum Ltd").note == "-1 and more"
    export(folder / "out", "csv")
    with (folder / "out" / "organisations.csv").open(newline="") as opened:
        assert [one["name"] for one in csv.DictReader(opened)] == ["'=Sum Ltd"]
    assert load(folder / "out" / "organisations.csv", NOW)["organisations"].same == 1
