"""What the lake holds of a feed's words: each row that is kept, each that ended a thing, each that only repeated."""

from dataclasses import dataclass

from vanguard.know.intake import sql
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.settle import ENDED, ORDER

SAME_PLACE = " AND ".join(f"a.{name} = b.{name}" for name in ORDER.split(", "))
"""SQL: two rows, a and b, of one feed are one word."""


@dataclass(frozen=True)
class Ledger:
    """A table of words: its name, the word for it in source_repeat, and its column of keys."""

    table: str
    about: str
    key: str

    def kept(self, feed: Feed) -> str:
        """SQL of (k, c, the order, row_id) of the rows that are kept."""
        return (
            f"SELECT {self.key} AS k, split_part(row_id, '-', 1) AS c, {ORDER}, row_id FROM {self.table} "
            f"WHERE feed = {sql.text(feed.feed)}"
        )

    def repeats(self, feed: Feed) -> str:
        """SQL of (k, c, the order) of the rows that only repeated."""
        return (
            f"SELECT coalesce(r.key, t.k) AS k, coalesce(r.content, {ENDED}) AS c, {ORDER} FROM source_repeat r "
            f"LEFT JOIN (SELECT c, any_value(k) AS k FROM ({self.kept(feed)}) GROUP BY c) t ON t.c = r.content "
            f"WHERE r.feed = {sql.text(feed.feed)} AND r.about = {sql.text(self.about)}"
        )

    def words(self, feed: Feed, *, ever: bool) -> str:
        """SQL of (k, c, the order) of the words that are kept, or of every word that was `ever` told."""
        kept = f"SELECT k, c, {ORDER} FROM ({self.kept(feed)})"
        if self != ledger_of(feed):
            return kept
        return f"{kept} UNION ALL {told_ends(feed)}" + (
            f" UNION ALL {self.repeats(feed)}" if ever else f" UNION ALL {found_ends(feed)}"
        )


EVENTS = Ledger("source_event", "event", "key")
PERSONS = Ledger("source_person", "person", "source_id")


def ledger_of(feed: Feed) -> Ledger:
    """Where the feed's own keys are: its events or, in a feed of persons only, its persons."""
    return EVENTS if feed.event else PERSONS


def told_ends(feed: Feed) -> str:
    """SQL of the words of rows that deleted something."""
    return (
        f"SELECT key AS k, {ENDED} AS c, {ORDER} FROM source_end "
        f"WHERE feed = {sql.text(feed.feed)} AND file IS NOT NULL"
    )


def found_ends(feed: Feed) -> str:
    """SQL of the words of snapshots that no longer held something."""
    return (
        f"SELECT key AS k, {ENDED} AS c, extracted_at, '' AS file, '' AS load_id, 0 AS line FROM source_end "
        f"WHERE feed = {sql.text(feed.feed)} AND file IS NULL"
    )
