"""Which words are news, against a plain telling of the same rules, word by word."""

from dataclasses import dataclass
from itertools import groupby

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.know.intake.settle import settle


@dataclass(frozen=True)
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


def told(words: list[Word], load: int) -> dict[Word, tuple[str, bool]]:
    """Each word of `load`: accepted, superseded or duplicate, and whether its content was told before."""
    found: dict[Word, tuple[str, bool]] = {}
    by_key = lambda word: word.key
    for _, group in groupby(sorted(words, key=by_key), key=by_key):
        history = sorted(group, key=lambda word: word.order)
        held = {word for word in history if word.load < load}
        known, stand = {word.content for word in held}, []
        for word in history:
            later = any(w.file == word.file and w.extract == word.extract and w.line > word.line
                        for w in history if w not in held)  # fmt: skip
            if word not in held and later and word.content in known:
                found[word] = ("duplicate", False)
                continue
            known.add(word.content)
            stand.append(word)
        kept: list[Word] = []
        for _, run in groupby(stand, key=lambda word: word.content):
            same = list(run)
            old = [word for word in same if word in held]
            kept += old or same[:1]
            found |= {word: ("duplicate", False) for word in same if word not in held and (old or word != same[0])}
        seen = {word.content for word in held}
        for word in kept:
            if word not in held:
                found[word] = ("accepted" if word == kept[-1] else "superseded", word.content in seen)
                seen.add(word.content)
    return found


SENT = st.lists(
    st.tuples(st.sampled_from("kl"), st.sampled_from("AB"), st.integers(1, 3), st.sampled_from("fg")),
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


@settings(max_examples=200, deadline=None)
@given(loads=st.lists(SENT, min_size=1, max_size=3))
def test_words_are_judged_as_told_one_by_one(loads: list[list[tuple[str, str, int, str]]]) -> None:
    held: list[Word] = []
    for number, sent in enumerate(loads, 1):
        new = [Word(k, c, e, f, line, number) for line, (k, c, e, f) in enumerate(sent)]
        new.sort(key=lambda word: word.order)
        settle(CON, relation(new), f"SELECT * EXCLUDE (rid) FROM ({relation(held)})")
        rows = CON.execute("FROM verdict").fetchall()
        verdicts = {rid: (word, again) for rid, word, again in rows}
        assert len(verdicts) == len(rows)
        found = {word: verdicts.get(rid, ("accepted", False)) for rid, word in enumerate(new)}
        assert found == told([*held, *new], number)
        held += [word for word in new if found[word][0] != "duplicate"]
