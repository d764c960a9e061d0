"""However a month of extracts is loaded, day by day in any order or all at once, the lake is the same."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import NOW, ask

from vanguard.know import timeline
from vanguard.know.identity import link
from vanguard.know.intake import current_events, load
from vanguard.lake import Lake

FIRST = date(2018, 7, 1)

REGISTER = """
feed: register
label: Register
what: One registration.
source: gp
files: {snapshot: "register_{date}*", delta: "changes_{date}*"}
key: [no]
removes: {column: act, equals: [D]}
columns:
  no: {what: Number.}
  who: {what: Person.}
  name: {what: Name.}
  practice: {what: Practice.}
  since: {type: date, required: yes, format: ["%Y-%m-%d", "%d/%m/%Y"], what: First day.}
  act: {optional: yes, what: Whether it is deleted.}
person: {source_id: who, family_name: name}
event:
  source_id: who
  kind: {constant: EpisodeOfCare}
  setting: {constant: registration}
  start: since
  place: practice
"""
STAYS = """
feed: stays
label: Stays
what: One stay.
source: acute
files: stays_{date}*
sends: period
key: [no]
columns:
  no: {what: Number.}
  who: {what: Person.}
  name: {what: Name.}
  day: {type: date, required: yes, what: First day.}
person: {source_id: who, family_name: name}
event: {source_id: who, kind: {constant: Encounter}, setting: {constant: inpatient}, start: day}
"""
PEOPLE = """
feed: people
label: People
what: One person.
source: council
files: people_{date}*
sends: snapshot
key: [who]
columns:
  who: {what: Person.}
  name: {what: Name.}
person: {source_id: who, family_name: name}
"""
HEADERS = {
    "register": "no,who,name,practice,since,act",
    "changes": "no,who,name,practice,since,act",
    "stays": "no,who,name,day",
    "people": "who,name",
}

# What depends on when a file was loaded: the number of its load, and where a load stored its rows. The counts in
# received_file say what a row was at the time. Nothing else may differ.
TABLES = ("source_person", "source_event", "source_end", "source_repeat", "snapshot", "quarantine")


@dataclass
class Partner:
    """A partner's system that changes from day to day."""

    rng: random.Random
    rows: dict[int, list[str]] = field(default_factory=dict)

    def live(self, day: date) -> list[int]:
        """A day passes: registrations begin, change, end and come back; the numbers of those that changed."""
        changed = self.rng.sample(range(8), self.rng.randint(0, 3))
        for no in changed:
            if no in self.rows and self.rng.random() < 0.4:
                del self.rows[no]
            else:
                name, practice = self.rng.choice("XY"), self.rng.choice("AB")
                since = FIRST - timedelta(days=self.rng.choice([1, 9, 30]))
                self.rows[no] = [str(no), f"P{no % 5}", name, practice, self.written(since, day), ""]
        return changed

    def written(self, since: date, day: date) -> str:
        """A date in one of two formats and, now and then, as nobody can read it."""
        return self.rng.choice([f"{since:%Y-%m-%d}"] * 6 + [f"{since:%d/%m/%Y}", f"{day:%d.%m.}"])


def month(seed: int, days: int) -> list[tuple[str, str]]:
    """Names and contents of the files of some days: snapshots, deltas, stays by period, corrections, repeats."""
    rng = random.Random(seed)
    partner, files, stays = Partner(rng), [], {}
    for number in range(days):
        day = FIRST + timedelta(days=number)
        stamp = f"{day:%Y%m%d}"
        changed = partner.live(day)
        if rng.random() < 0.5:
            files.append(("register", stamp, list(partner.rows.values())))
        if rng.random() < 0.3:
            said = [partner.rows.get(no, [str(no), "", "", "", "", "D"]) for no in changed]
            files.append(("changes", stamp, said))
        stays |= {n: [f"S{n}", f"R{n % 3}", rng.choice("XY"), f"{day - timedelta(days=n % 4)}"] for n in changed}
        stays = {n: row for n, row in stays.items() if rng.random() < 0.9}
        if rng.random() < 0.2:
            files.append(("stays", stamp, [row for row in stays.values() if rng.random() < 0.9]))
        if rng.random() < 0.1:
            files.append(("people", stamp, [[row[1], row[2]] for row in partner.rows.values()]))
        if files and rng.random() < 0.2:
            feed, when, rows = rng.choice(files)
            more = [row for row in rows if rng.random() < 0.8]
            files.append((feed, f"{when}_{number}", more + rng.sample(more, min(len(more), 1))))
        if rng.random() < 0.05:
            files.append(("register", f"{stamp}_cut", [["7", "P2"]]))
    texts = {
        f"{feed}_{when}.csv": "\n".join([HEADERS[feed], *(",".join(row) for row in rows)]) + "\n"
        for feed, when, rows in files
    }
    return list(texts.items())


def take(home: Path, files: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        for name, text in files:
            Path(folder, name).write_text(text)
        load(Lake(home), Path(folder), NOW, home.parent / "feeds")


def source_tables(home: Path) -> dict[str, list[Any]]:
    return {table: sorted(ask(home, f"SELECT * EXCLUDE (load_id) FROM {table}"), key=repr) for table in TABLES}


def history_tables(home: Path) -> dict[str, list[Any]]:
    link(Lake(home), NOW)
    timeline.build(Lake(home), NOW)
    return {table: ask(home, f"SELECT * FROM {table}") for table in ("person_link", "person", "event", "person_period")}


def place(folder: Path) -> Path:
    (folder / "feeds").mkdir()
    for name, text in {"register": REGISTER, "stays": STAYS, "people": PEOPLE}.items():
        (folder / "feeds" / f"{name}.yaml").write_text(text)
    return folder


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), shuffle=st.randoms(use_true_random=False))
def test_a_few_days_in_any_order_are_the_same_as_all_at_once(seed: int, shuffle: random.Random) -> None:
    with TemporaryDirectory() as name:
        folder = place(Path(name))
        files = month(seed, 5)
        if not files:
            return
        take(folder / "whole", files)
        shuffle.shuffle(files)
        while files:
            some = files[: shuffle.choice([1, 1, 2])]
            files = files[len(some) :]
            again = shuffle.choice([[], [], some])
            for sent in (some, again):
                if sent:
                    take(folder / "parts", sent)
        assert source_tables(folder / "parts") == source_tables(folder / "whole")


@pytest.mark.long
def test_thirty_days_shuffled_give_the_same_lake_and_histories_as_all_at_once(tmp_path: Path) -> None:
    folder, shuffle = place(tmp_path), random.Random(30)
    files = month(2018, 30)
    take(folder / "whole", files)
    shuffle.shuffle(files)
    for sent in files:
        take(folder / "parts", [sent])
        if shuffle.random() < 0.1:
            take(folder / "parts", [sent])
    assert source_tables(folder / "parts") == source_tables(folder / "whole")
    assert history_tables(folder / "parts") == history_tables(folder / "whole")
    [(ended, changed, repeated)] = ask(
        folder / "whole",
        "SELECT (SELECT count(*) FROM event WHERE ended), (SELECT count(*) FROM event WHERE known_to IS NOT NULL), "
        "(SELECT count(*) FROM source_repeat)",
    )
    assert ended and changed and repeated
    for row in ask(folder / "parts", "SELECT rows, accepted, quarantined, superseded, duplicate FROM received_file"):
        assert row[0] == sum(row[1:])


def test_what_a_later_snapshot_does_not_hold_has_ended_and_comes_back(tmp_path: Path) -> None:
    folder = place(tmp_path)
    row = "1,P1,X,A,2018-06-01,\n"
    other = "2,P2,Y,A,2018-06-01,\n"
    header = HEADERS["register"] + "\n"
    take(folder / "home", [("register_20180701.csv", header + row + other)])
    take(folder / "home", [("register_20180703.csv", header + other)])
    assert ask(folder / "home", f"SELECT key FROM ({current_events()})") == ["2"]
    assert ask(folder / "home", "SELECT key FROM source_event ORDER BY key") == ["1", "2"], "nothing is deleted"
    history_tables(folder / "home")
    since, until = date(2018, 6, 1), date(2018, 7, 3)
    assert ask(folder / "home", "SELECT CAST(known_to AS DATE) FROM event WHERE ended") == [date(2018, 7, 2)]
    periods = 'SELECT start, "end" FROM person_period ORDER BY "end" NULLS LAST'
    assert ask(folder / "home", periods) == [(since, until), (since, None)]
    take(folder / "home", [("register_20180705.csv", header + row + other)])
    history_tables(folder / "home")
    assert ask(folder / "home", periods) == [(since, None), (since, None)]
    assert ask(folder / "home", "SELECT count(*) FROM event WHERE ended") == [0]


def test_a_snapshot_that_looks_cut_off_or_hides_keys_ends_nothing(tmp_path: Path) -> None:
    folder = place(tmp_path)
    rows = [f"{n},P{n},X,A,2018-06-01,\n" for n in range(200)]
    header = HEADERS["register"] + "\n"
    take(folder / "home", [("register_20180701.csv", header + "".join(rows))])
    take(folder / "home", [("register_20180702.csv", header + "".join(rows[:50]))])
    take(folder / "home", [("register_20180703.csv", header + "".join(rows[:40]) + "41,P41\n")])
    assert ask(folder / "home", "SELECT count(*) FROM source_end") == [0]
    take(folder / "home", [("register_20180704.csv", header + "".join(rows[:40]))])
    assert ask(folder / "home", "SELECT count(*) FROM source_end") == [160], "said twice, it is believed"
