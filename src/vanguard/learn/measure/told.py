"""On which days events of each feed were told, with a mark of them: kept, so that of the next news only whom it is
about is looked through, and nobody where nothing is new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from vanguard.lake import Batch, News, TableFile
from vanguard.table_file import quoted

STEP = "told events"
WRITES = ("told_event",)
ALWAYS = ("feed", "date", "end_date", "event_id", "person_id", "known_to")
STANDS = "known_to IS NULL AND date IS NOT NULL"
Told = dict[str, date]
"""By feed, the first day of something."""
Look = Callable[..., dict[str, Told]]
"""Takes a connection, kinds and whether sex matters, as look_at_all does."""

# Events alike in all that the measures ask about are few kinds, so that each is asked once and not each event.
KINDS = f"""
SELECT feed, {{wheres}}
FROM (SELECT feed, {{columns}} min(date) AS told, CAST(NULL AS TIMESTAMP) AS known_to
      FROM {{event}} WHERE {STANDS} GROUP BY ALL)
GROUP BY feed
"""
# Which events stood on each day: an event's own facts never change under its id, and a superseded one never counts.
MARKS = f"""
SELECT feed, date, CAST(date_trunc('month', end_date) AS DATE) AS ended, {{sign}}count(*) AS events,
       bit_xor(CAST(hash(event_id, person_id{{sex}}) >> 1 AS BIGINT)) AS mark
FROM {{event}} {{person}} WHERE {STANDS} GROUP BY ALL
"""
TOGETHER = """
SELECT feed, date, ended, sum(events) AS events, bit_xor(mark) AS mark FROM ({parts})
GROUP BY ALL HAVING sum(events) <> 0
"""


@dataclass(frozen=True)
class Kind:
    """Events that some measure counts: the condition over event in SQL, and the columns that it asks about."""

    where: str
    columns: tuple[str, ...]


def look_at_all(con: duckdb.DuckDBPyConnection, kinds: Sequence[Kind], *, with_sex: bool) -> dict[str, Told]:
    """Make `told_event` of the present events on `con`; `with_sex` its marks are others when somebody's sex is. Returns
    by each kind's condition, and by feed, the first day of one."""
    con.execute(f"CREATE TEMP TABLE told_event AS {_marks('event', 'person', with_sex=with_sex)}")
    return _told(con, kinds, "event")


def look_at_news(
    batch: Batch, con: duckdb.DuckDBPyConnection, kinds: Sequence[Kind], *, with_sex: bool, anew: bool
) -> dict[str, Told]:
    """The same from what was kept the last time and what has come since, and kept again; or `anew` of all."""
    reads, recipe = ("event", "person") if with_sex else ("event",), f"{with_sex}"
    news = News() if anew else batch.news(STEP, recipe, reads, WRITES)
    if news.added is None:
        found = look_at_all(con, kinds, with_sex=with_sex)
    else:
        kept = _kept(batch)
        if not news.nothing:
            gone, come = _look_again(batch, con, kinds, news.added, with_sex=with_sex)
            kept = _corrected(kept, gone, come)
        missing = [kind for kind in kinds if kind.where not in kept]
        found = {kind.where: kept[kind.where] for kind in kinds if kind.where in kept} | _told(con, missing, "event")
    if not news.nothing:
        batch.replace("told_event", con, "SELECT * FROM told_event ORDER BY ALL")
    shown = {where: {feed: day.isoformat() for feed, day in told.items()} for where, told in found.items()}
    batch.note(STEP, recipe, reads, WRITES, shown)
    return found


def _look_again(
    batch: Batch,
    con: duckdb.DuckDBPyConnection,
    kinds: Sequence[Kind],
    added: Mapping[str, tuple[TableFile, ...]],
    *,
    with_sex: bool,
) -> tuple[dict[str, Told], dict[str, Told]]:
    """Correct `told_event` by the events of those whom files `added` to event or person are about: as they stood before
    and as they stand. Returns the first days of these events, gone and come."""
    event, person = (added.get(table, ()) for table in ("event", "person"))
    con.execute(f"CREATE TEMP TABLE news_of AS SELECT DISTINCT person_id FROM ({batch.persons((*event, *person))})")
    asked = dict.fromkeys((*ALWAYS, *(name for kind in kinds for name in kind.columns)))
    parts = ["FROM memory.main.told_event"]
    for name, sign, persons, events in (
        ("gone", "-", batch.before("person", person), batch.before("event", event)),
        ("come", "", "FROM person", batch.about(con, "event", event, "SELECT person_id FROM news_of")),
    ):
        con.execute(
            f"CREATE TEMP TABLE {name} AS SELECT {', '.join(map(quoted, asked))} "
            f"FROM ({events}) SEMI JOIN news_of USING (person_id) WHERE {STANDS}"
        )
        parts.append(_marks(name, f"({persons})", with_sex=with_sex, sign=sign))
    con.execute(f"CREATE TEMP TABLE told_event AS {TOGETHER.format(parts=' UNION ALL '.join(parts))}")
    return _told(con, kinds, "gone"), _told(con, kinds, "come")


def _marks(event: str, person: str, *, with_sex: bool, sign: str = "") -> str:
    who = f"LEFT JOIN (SELECT person_id, sex FROM {person}) who USING (person_id)" if with_sex else ""
    return MARKS.format(event=event, person=who, sex=", sex" if with_sex else "", sign=sign)


def _told(con: duckdb.DuckDBPyConnection, kinds: Sequence[Kind], event: str) -> dict[str, Told]:
    wheres = list(dict.fromkeys(kind.where for kind in kinds))
    if not wheres:
        return {}
    columns = dict.fromkeys(name for kind in kinds for name in kind.columns if name != "feed")
    sql = KINDS.format(
        wheres=", ".join(f"min(told) FILTER (WHERE {where})" for where in wheres),
        columns="".join(f"{quoted(name)}, " for name in columns),
        event=event,
    )
    rows = con.execute(sql).fetchall()
    return {
        where: {row[0]: row[place] for row in rows if row[place] is not None}
        for place, where in enumerate(wheres, start=1)
    }


def _corrected(kept: Mapping[str, Told], gone: Mapping[str, Told], come: Mapping[str, Told]) -> dict[str, Told]:
    """First days after some events have gone and others come; without those of which only a look at all can tell,
    because one of the first has gone."""
    found = {}
    for where, told in kept.items():
        if where not in come:
            continue
        went, came = gone[where], come[where]
        if all(came.get(feed, date.max) <= day for feed, day in told.items() if went.get(feed) == day):
            found[where] = {feed: min(told.get(feed, date.max), came.get(feed, date.max)) for feed in {*told, *came}}
    return found


def _kept(batch: Batch) -> dict[str, Told]:
    noted: Mapping[str, Mapping[str, str]] = batch.noted(STEP)
    return {where: {feed: date.fromisoformat(day) for feed, day in told.items()} for where, told in noted.items()}
