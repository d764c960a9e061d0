"""SQL of the rows that a staged feed adds to the lake's tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import field, key, person_content, removed, time_of_day, utc, value
from vanguard.know.intake.faults import faults
from vanguard.know.intake.feed import Codes, Detail, EventMap, Feed, Value
from vanguard.know.intake.ledger import ledger_of
from vanguard.know.intake.settle import ENDED
from vanguard.know.intake.stage import Piece, joined
from vanguard.lake import tables

FOLDED = ("given_name", "family_name")


@dataclass(frozen=True)
class Staged:
    """One feed's files as staged: `claims` and the `names` of their columns by file number, their pieces, and the
    load that they are part of."""

    feed: Feed
    claims: tuple[Claim, ...]
    names: tuple[tuple[str, ...], ...]
    pieces: tuple[Piece, ...]
    load_id: str

    @property
    def received(self) -> dict[str, str]:
        """SQL for the columns that say where a row came from."""
        return {
            "feed": sql.text(self.feed.feed),
            "source": sql.text(self.feed.source),
            "file": f"{sql.texts(claim.name for claim in self.claims)}[file_no + 1]",
            "line": "line",
            "extracted_at": f"{self._instants}[file_no + 1]",
            "load_id": sql.text(self.load_id),
        }

    @property
    def _instants(self) -> str:
        instants = (sql.text(f"{claim.extracted_at:%Y-%m-%d %H:%M:%S}") for claim in self.claims)
        return f"CAST([{', '.join(instants)}] AS TIMESTAMP[])"

    def words(self) -> str:
        """The usable rows as words about things, for `settle`."""
        content = f"CASE WHEN {removed(self.feed)} THEN {ENDED} ELSE c END" if self.feed.removes else "c"
        return self._words("rid", key(self.feed), content, "staged WHERE ok")

    def facts(self) -> str:
        """The people of the rows in `person_word` as words about persons, for `settle`."""
        return self._words("w.rid", "who", "said", "person_word w JOIN staged s ON s.rid = w.rid")

    def _words(self, rid: str, about: str, content: str, table: str) -> str:
        at = self.received
        return (
            f"SELECT {rid} AS rid, {about} AS k, {content} AS c, {at['extracted_at']} AS extracted_at, "
            f"{at['file']} AS file, {at['load_id']} AS load_id, line FROM {table}"
        )


def person_words(staged: Staged) -> str:
    """SQL of (rid, who, said): what each row that is news says about its person."""
    feed = staged.feed
    assert feed.person is not None
    return (
        f"SELECT rid, {field(feed, feed.person.source_id)} AS who, {person_content(feed)} AS said FROM staged "
        f"WHERE ok AND NOT {removed(feed)} AND rid NOT IN (SELECT rid FROM verdict WHERE word = 'duplicate')"
    )


def person_rows(staged: Staged) -> str:
    """SQL of the new rows of source_person, from `staged` and the verdict: about each row or, where the feed tells
    of events too, about each `person_word`."""
    feed = staged.feed
    assert feed.person is not None
    made = dict(staged.received)
    made["row_id"] = _row_id("said" if feed.event else "c")
    made["source_id"] = field(feed, feed.person.source_id)
    for fact, column in feed.person.facts.items():
        got = value(feed, column)
        made[fact] = rf"regexp_replace({got}, '\s+', ' ', 'g')" if fact in FOLDED else got
    told = "staged s JOIN person_word w ON w.rid = s.rid" if feed.event else "staged s"
    return (
        f"SELECT {_columns('source_person', made)} FROM {told} LEFT JOIN verdict v ON v.rid = s.rid "
        f"WHERE coalesce(v.word NOT IN ('duplicate', 'quarantined'), true) AND NOT {removed(feed)} ORDER BY s.rid"
    )


def event_rows(staged: Staged, run: Sequence[Piece]) -> str:
    """SQL of the new rows of source_event in a run of pieces, in its order: the verdict, never the longer, is looked
    up."""
    feed = staged.feed
    assert feed.event is not None
    made = {**staged.received, **_event(feed, feed.event), "key": key(feed)}
    made["row_id"] = _row_id("c")
    return (
        f"SELECT {_columns('source_event', made)} FROM ({joined(run)}) s LEFT JOIN verdict v ON v.rid = s.rid "
        f"WHERE (v.word IS NULL OR v.word NOT IN ('duplicate', 'quarantined')) AND NOT {removed(feed)}"
    )


def quarantine_rows(staged: Staged) -> str:
    """SQL of the new rows of quarantine: each row that could not be used, with every reason."""
    feed = staged.feed
    row = ", ".join(f"{sql.text(column)}, {field(feed, column)}" for column in feed.columns)
    made = dict(staged.received)
    made["row"] = f"CASE WHEN raw IS NOT NULL THEN json_object('line', raw) ELSE json_object({row}) END"
    days = ", ".join(sql.text(claim.extracted_on.isoformat()) for claim in staged.claims)
    found = faults(feed, f"CAST([{days}] AS DATE[])[file_no + 1]")
    sentences = ", ".join(f"CASE WHEN {fault.when} THEN {fault.sentence} END" for fault in found)
    at_fault = " ".join(f"WHEN {fault.when} THEN {sql.text(fault.column)}" for fault in found)
    judged = (
        f"SELECT *, coalesce(fault, concat_ws(' ', {sentences})) AS reason, "
        f"CASE WHEN fault IS NULL THEN CASE {at_fault} END END AS column_at_fault FROM staged WHERE NOT ok"
    )
    made["reason"], made["column"] = "reason", "column_at_fault"
    identity = [made["feed"], made["file"], "line::VARCHAR", "reason", f"({made['row']})::VARCHAR"]
    made["row_id"] = sql.digest(identity)
    return (
        f"SELECT * FROM (SELECT {_columns('quarantine', made)}, file_no FROM ({judged})) "
        "WHERE row_id NOT IN (SELECT row_id FROM quarantine) ORDER BY file_no, line"
    )


def repeat_rows(staged: Staged, about: str) -> str:
    """SQL of the new rows of source_repeat: those of the verdict's duplicates that are `about` events or persons."""
    feed, made = staged.feed, dict(staged.received)
    made["about"] = sql.text(about)
    if ledger_of(feed).about == about:
        gone = removed(feed)
        made |= {"content": f"CASE WHEN NOT {gone} THEN c END", "key": f"CASE WHEN {gone} THEN {key(feed)} END"}
        told = "staged s"
    else:
        made["content"] = "said"
        told = "person_word w JOIN staged s ON s.rid = w.rid"
    return (
        f"SELECT {_columns('source_repeat', made)} FROM {told} JOIN verdict v ON v.rid = s.rid "
        "WHERE v.word = 'duplicate' ORDER BY s.rid"
    )


def end_rows(staged: Staged, *, held: bool) -> str:
    """SQL of what `canon` says has ended: the new rows of source_end, and the `held` ones too."""
    made = {
        "feed": sql.text(staged.feed.feed),
        "source": sql.text(staged.feed.source),
        "key": "k",
        "file": "nullif(file, '')",
        "line": "nullif(line, 0)",
        "extracted_at": "extracted_at",
        "load_id": f"CASE WHEN file = '' THEN {sql.text(staged.load_id)} ELSE load_id END",
    }
    return f"SELECT {_columns('source_end', made)} FROM canon WHERE keep AND c = {ENDED}" + (
        "" if held else " AND NOT held ORDER BY extracted_at, k, line"
    )


def _row_id(content: str) -> str:
    """Hash of the content; where the same was said before, and something else since, how often it was said."""
    return f"CASE WHEN v.again > 0 THEN {content} || '-' || (v.again + 1) ELSE {content} END"


def _columns(table: str, made: dict[str, str]) -> str:
    return ", ".join(
        f"{made.get(column.name, 'NULL')} AS {sql.name(column.name)}" for column in tables()[table].columns
    )


def _event(feed: Feed, event: EventMap) -> dict[str, str]:
    made = {"source_id": field(feed, event.source_id), "timed": "false", "codes": _codes(feed, event.codes)}
    for name in ("kind", "setting", "status", "method", "display", "unit", "text", "place"):
        chosen: Value | None = getattr(event, name)
        if chosen:
            made[name] = _chosen(feed, chosen)
    for name, day in (("start", "date"), ("end", "end_date")):
        column = getattr(event, name)
        if column:
            made[name] = utc(feed, column)
            made[day] = f"CAST({value(feed, column)} AS DATE)"
    if event.start and feed.columns[event.start].type == "instant":
        made["timed"] = "true"
    elif event.start and event.start_time:
        made["timed"] = f"{time_of_day(feed, event.start_time)} IS NOT NULL AND {field(feed, event.start)} IS NOT NULL"
        made["start"] = utc(feed, event.start, event.start_time)
    for name, column in (("value", event.value), ("area", event.area), ("cost_pence", event.cost)):
        if column:
            made[name] = value(feed, column)
    if event.detail:
        made["detail"] = _detail(feed, event.detail)
    return made


def _chosen(feed: Feed, chosen: Value) -> str:
    if chosen.constant is not None:
        return sql.text(chosen.constant)
    if chosen.column is not None:
        return value(feed, chosen.column)
    assert chosen.filled is not None and chosen.then is not None
    otherwise = sql.text(chosen.otherwise) if chosen.otherwise is not None else "NULL"
    return f"CASE WHEN {field(feed, chosen.filled)} IS NULL THEN {otherwise} ELSE {sql.text(chosen.then)} END"


def _codes(feed: Feed, groups: Sequence[Codes]) -> str:
    if any(group.together for group in groups):
        return " || ".join(_codes_of(feed, group) for group in groups)
    return _listed([_code(group, field(feed, column)) for group in groups for column in group.columns])


def _codes_of(feed: Feed, group: Codes) -> str:
    apart = _listed([_code(group, field(feed, column)) for column in group.columns])
    if group.together is None:
        return apart
    nothing = ", ".join(map(sql.text, ("", *feed.columns[group.together].empty)))
    each = f"list_filter(string_split({field(feed, group.together)}, ','), lambda x: trim(x) NOT IN ({nothing}))"
    told = f"list_filter([{_code(group, 'trim(x)')} FOR x IN {each}], lambda x: x IS NOT NULL)"
    return f"CASE WHEN len({apart}) = 0 THEN coalesce({told}, []) ELSE {apart} END"


def _listed(codes: Sequence[str]) -> str:
    """SQL of a list of those of `codes` that are not NULL."""
    if len(codes) == 1:
        return f"CASE WHEN {codes[0]} IS NULL THEN []::VARCHAR[] ELSE [{codes[0]}] END"
    return f"list_filter([{', '.join(codes)}]::VARCHAR[], lambda x: x IS NOT NULL)"


def _code(group: Codes, code: str) -> str:
    if group.drop:
        code = f"translate({code}, {sql.text(group.drop)}, '')"
    if group.padding:
        code = f"nullif(rtrim({code}, {sql.text(group.padding)}), '')"
    return f"{sql.text(group.system + ':')} || {code}"


def _detail(feed: Feed, items: dict[str, Detail]) -> str:
    """SQL of a JSON object of the items that are filled, or NULL where none is."""
    parts = []
    for name, item in items.items():
        raw, shown = field(feed, item.column), sql.text(f'"{name}":')
        if item.equals is not None:
            parts.append(f"CASE WHEN {raw} = {sql.text(item.equals)} THEN {shown} || 'true' END")
        else:
            parts.append(f"{shown} || CAST(to_json({raw}) AS VARCHAR)")
    return f"'{{' || nullif(concat_ws(',', {', '.join(parts)}), '') || '}}'"
