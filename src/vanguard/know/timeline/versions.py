"""Which rows of `source_event` are one thing told again, and from when until when each version stood."""


def versions(relation: str = "source_event") -> str:
    """SQL: the rows of `relation`, less repetitions, with `known_from` and `known_to` (empty: stands now).

    Rows of one feed and key are versions of one thing, in order of extract, file and line. A row that only
    repeats the one before it is left out and ends nothing; one that differs ends the one before it.
    """
    return f"""
        SELECT * EXCLUDE (same_as_before),
               extracted_at AS known_from,
               lead(extracted_at) OVER (PARTITION BY feed, key ORDER BY extracted_at, file, line) AS known_to
        FROM (
            SELECT *,
                   row_id IS NOT DISTINCT FROM lag(row_id) OVER thing AS same_as_before
            FROM {relation}
            WINDOW thing AS (PARTITION BY feed, key ORDER BY extracted_at, file, line)
        )
        WHERE NOT same_as_before
    """


def local_day(instant: str) -> str:
    """SQL: the calendar day in London at `instant`, a UTC timestamp without a zone."""
    return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
