"""Which rows of `source_event` are one thing told again, and from when until when each version stood."""

THING = "feed, source, key"
IN_ORDER = f"(PARTITION BY {THING} ORDER BY extracted_at, file, load_id, line)"


def versions(relation: str = "source_event") -> str:
    """SQL: the rows of `relation`, less repetitions, with `known_from` and `known_to` (empty: stands now).

    Rows of one feed, source and key are versions of one thing, in intake's order: what stands now is what
    its `current_events` has. A row that only repeats the one before it is left out and ends nothing; one that
    differs ends the one before it. Most things are told once: only the others are put in order.
    """
    return f"""
        WITH repeated AS (SELECT {THING} FROM {relation} GROUP BY {THING} HAVING count(*) > 1)
        SELECT *, extracted_at AS known_from, CAST(NULL AS TIMESTAMP) AS known_to
        FROM {relation} ANTI JOIN repeated USING ({THING})
        UNION ALL
        SELECT * EXCLUDE (same_as_before), extracted_at AS known_from,
               lead(extracted_at) OVER thing AS known_to
        FROM (
            SELECT *, row_id IS NOT DISTINCT FROM lag(row_id) OVER thing AS same_as_before
            FROM {relation} SEMI JOIN repeated USING ({THING})
            WINDOW thing AS {IN_ORDER}
        )
        WHERE NOT same_as_before
        WINDOW thing AS {IN_ORDER}
    """


def local_day(instant: str) -> str:
    """SQL: the calendar day in London at `instant`, a UTC timestamp without a zone."""
    return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
