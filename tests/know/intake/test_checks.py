"""What is odd about a file beside those before it."""

from pathlib import Path

import pytest
from tests.know.intake.partner import ask, contact, send, stay, take

from vanguard.errors import BadInput
from vanguard.know.intake import feeds
from vanguard.know.intake.checks import Profile, odd

FEED = feeds()["community_contacts"]


def profile(rows: int, *, named: int | None = None, **more: frozenset[str]) -> Profile:
    return Profile(rows=rows, filled={"given_name": rows if named is None else named}, **more)


@pytest.mark.parametrize(
    ("file", "before", "sentences"),
    [
        (profile(1000), [], []),
        (profile(1000), [profile(1050)] * 3, []),
        (profile(400), [profile(1000), profile(1100), profile(1200)], ["400 rows, where 1,100 are usual."]),
        (profile(2500), [profile(1000)] * 3, ["2,500 rows, where 1,000 are usual."]),
        (profile(4), [profile(10)] * 3, []),
        (
            profile(1000, named=700),
            [profile(1000, named=990)] * 3,
            ["given_name is empty in 30% of rows, where 1% is usual."],
        ),
        (profile(1000, named=900), [profile(1000, named=950)] * 3, []),
        (
            profile(9, strangers=frozenset({"new"})),
            [profile(9, missing=frozenset({"team"}))],
            ["The column new is new; the feed does not describe it.", "The column team is there again."],
        ),
        (
            profile(9, missing=frozenset({"team"})),
            [profile(9, strangers=frozenset({"old"}))],
            ["The column old, which the feed does not describe, is gone.", "The column team is gone."],
        ),
        (Profile(rows=30, unusable=4), [], ["4 rows, 13% of the file, could not be used."]),
    ],
)
def test_what_is_odd_is_said(file: Profile, before: list[Profile], sentences: list[str]) -> None:
    assert [one.sentence for one in odd(FEED, file, before)] == sentences


VISITS = """
feed: visits
label: Visits
what: One visit.
source: charity
files: visits_{date}
key: [no]
columns:
  no: {what: Number.}
  who: {what: Person.}
  day: {type: date, within_days: 30, what: Day.}
  sort: {codes_file: sorts.csv, unknown: warn, what: Sort.}
  note: {optional: yes, what: Note.}
event: {source_id: who, kind: {constant: Encounter}, setting: {constant: voluntary}, start: day, display: sort}
"""


def visits(folder: Path, day: str, header: str, *rows: str) -> Path:
    folder.mkdir(parents=True)
    (folder / f"visits_{day}.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder


def test_warnings_are_kept_and_the_rows_are_loaded_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "visits.yaml").write_text(VISITS)
    (tmp_path / "feeds" / "sorts.csv").write_text("code,word\nh,At home\n")
    own = tmp_path / "feeds"
    first = visits(tmp_path / "a", "20180801", "NO,Who,day,sort,note", "1,a,2018-07-31,h,x", "2,a,2018-05-01,z,")
    found = take(tmp_path, first, feeds=own)
    assert found.accepted == 2
    assert found.warnings == (
        "visits_20180801.csv: sort has a code that is not in its list in 1 row.",
        "visits_20180801.csv: day is more than 30 days before the extract in 1 row.",
    )
    assert ask(tmp_path, "SELECT display FROM source_event ORDER BY key") == ["At home", None]
    second = visits(tmp_path / "b", "20180802", "no,who,day,sort,mood", "3,a,2018-07-31,h,good")
    assert take(tmp_path, second, feeds=own).warnings == (
        "visits_20180802.csv: The column mood is new; the feed does not describe it.",
        "visits_20180802.csv: The column note is gone.",
    )
    assert ask(tmp_path, "SELECT \"check\", \"column\" FROM intake_warning ORDER BY extracted_at, sentence") == [
        ("days", "day"), ("codes", "sort"), ("columns", "mood"), ("columns", "note"),
    ]  # fmt: skip
    (own / "visits.yaml").write_text(VISITS + "checks: {columns: refuse, days: off}\n")
    third = visits(tmp_path / "c", "20180803", "no,who,day,sort", "4,a,2017-07-31,h")
    with pytest.raises(BadInput, match="mood, which the feed does not describe, is gone"):
        take(tmp_path, third, feeds=own)


def test_the_same_files_warn_once(tmp_path: Path) -> None:
    rows = [stay(SPELL_ID=f"S{n}", SEX="?" if n < 10 else "1") for n in range(40)]
    send(tmp_path / "in", "inpatient_spells", rows)
    send(tmp_path / "in", "community_contacts", [contact()])
    said = "inpatient_spells_20180801.csv: 10 rows, 25% of the file, could not be used."
    assert take(tmp_path, tmp_path / "in").warnings == (said,)
    assert take(tmp_path, tmp_path / "in").warnings == ()


def test_the_time_of_an_extract_may_stand_in_its_rows(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    described = VISITS.replace("visits_{date}", "visits_*").replace("codes_file: sorts.csv, unknown: warn, ", "")
    timed = "extracted: {column: at}\ncolumns:\n  at: {type: instant, what: When the extract was made.}"
    (tmp_path / "feeds" / "visits.yaml").write_text(described.replace("columns:", timed))
    folder = visits(tmp_path / "a", "x", "at,no,who,day,sort", "2018-08-02T10:30:00,1,a,2018-08-02,h")
    assert take(tmp_path, folder, feeds=tmp_path / "feeds").accepted == 1
    assert [f"{at:%d %H:%M}" for at in ask(tmp_path, "SELECT extracted_at FROM source_event")] == ["02 09:30"]
    ahead = visits(tmp_path / "b", "y", "at,no,who,day,sort", "2087-08-02T10:30:00,1,a,2018-08-02,h")
    with pytest.raises(BadInput, match="extracted on 2 August 2087, which lies ahead"):
        take(tmp_path, ahead, feeds=tmp_path / "feeds")
    silent = visits(tmp_path / "c", "z", "at,no,who,day,sort")
    with pytest.raises(BadInput, match="first row does not say when"):
        take(tmp_path, silent, feeds=tmp_path / "feeds")
