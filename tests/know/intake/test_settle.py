"""Which words are news, against a plain telling of the same rules, word by word."""

from dataclasses import dataclass
from itertools import groupby

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vanguard.know.intake.settle import settle, settle_deletions


@dataclass(frozen=True, order=True)
class Word:
    key: str
    content: str
    extract: int
    file: str
    line: int
    load: int

    @property
    def order(self) -> tuple[int, str, int, int]:
        return self.extract, self.file, self.load, self.line


def told(words: list[Word]) -> dict[Word, tuple[str, int]]:
    """Each word: accepted, superseded or duplicate, and how often its content is kept from before."""
    found: dict[Word, tuple[str, int]] = {}
    by_key = lambda word: word.key
    for _, group in groupby(sorted(words, key=by_key), key=by_key):
        history = sorted(group, key=lambda word: word.order)
        known: set[str] = set()
        kept: list[Word] = []
        before = ""
        for word in history:
            later = any(
                (w.extract, w.file, w.load) == (word.extract, word.file, word.load) and w.line > word.line
                for w in history
            )
            replay = later and word.content in known
            if word.content or known:
                known.add(word.content)
            if not replay and word.content != before:
                kept.append(word)
            if not replay:
                before = word.content
        for word in history:
            again = [w.content for w in kept[: kept.index(word)]].count(word.content) if word in kept else 0
            last = bool(kept) and word == kept[-1]
            found[word] = ("accepted" if last else "superseded" if word in kept else "duplicate", again)
    return found


SENT = st.lists(
    st.tuples(st.sampled_from("kl"), st.sampled_from(["A", "B", ""]), st.integers(1, 3), st.sampled_from("fg")),
    max_size=10,
)


def relation(words: list[Word]) -> str:
    """The words as SQL, in the columns that `settle` takes."""
    none = "(NULL, NULL, NULL, 0, '', 0, 0)"
    rows = [
        f"({n}, '{w.key}', '{w.content}', {w.extract}, '{w.file}', {w.load}, {w.line})" for n, w in enumerate(words)
    ]
    columns = "rid, k, c, extracted_at, file, load_id, line"
    return f"SELECT * FROM (VALUES {', '.join([none, *rows])}) words({columns}) WHERE k IS NOT NULL"


CON = duckdb.connect()


@settings(max_examples=100, deadline=None)
@given(loads=st.lists(SENT, min_size=1, max_size=3))
@example([[("k", "", 1, "f")], [("k", "A", 1, "f"), ("k", "", 2, "f"), ("k", "A", 2, "f")]])
def test_words_are_judged_as_told_one_by_one(loads: list[list[tuple[str, str, int, str]]]) -> None:
    ever: list[Word] = []
    kept: list[Word] = []
    for number, sent in enumerate(loads, 1):
        new = [Word(k, c, e, f, line, number) for line, (k, c, e, f) in enumerate(sent)]
        new.sort(key=lambda word: word.order)
        late = bool(ever and new) and new[0].order < max(word.order for word in ever)
        held = ever if late else kept
        settle(CON, relation(new), f"SELECT * EXCLUDE (rid) FROM ({relation(held)})", late=late)
        settle_deletions(CON, f"SELECT rid FROM ({relation(new)}) WHERE c = ''")
        rows = CON.execute("FROM verdict").fetchall()
        verdicts = {rid: (word, again) for rid, word, again in rows}
        assert len(verdicts) == len(rows)
        ever += new
        truth = told(ever)
        assert {w: verdicts.get(rid, ("accepted", 0)) for rid, w in enumerate(new)} == {w: truth[w] for w in new}
        kept = [word for word in ever if truth[word][0] != "duplicate"]
        if late:
            place = "k, c, extracted_at, file, line, load_id, again"
            seen = CON.execute(f"SELECT {place} FROM canon WHERE keep").fetchall()
            keys = {word.key for word in new}
            assert sorted((Word(*row[:-1]), row[-1]) for row in seen) == sorted(
                (word, truth[word][1]) for word in kept if word.key in keys
            )
