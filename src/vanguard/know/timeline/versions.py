"""Which rows of `source_event` are one thing told again, and from when until when each version stood."""


def versions(relation: str = "source_event") -> str:
    """SQL: the rows of `relation`, less repetitions, with `known_from` and `known_to` (empty: stands now).

    Rows of one feed and key are versions of one thing, in order of extract, file and line. A row that only
    repeats the one before it is left out and ends nothing; one that differs ends the one before it. Most
    things are told once: only the others are put in order, which is the dear part.
    """
    return f"""
        WITH repeated AS (SELECT feed, key FROM {relation} GROUP BY feed, key HAVING count(*) > 1)
        SELECT *, extracted_at AS known_from, CAST(NULL AS TIMESTAMP) AS known_to
        FROM {relation} ANTI JOIN repeated USING (feed, key)
        UNION ALL
        SELECT * EXCLUDE (same_as_before), extracted_at AS known_from,
               lead(extracted_at) OVER thing AS known_to
        FROM (
            SELECT *, row_id IS NOT DISTINCT FROM lag(row_id) OVER thing AS same_as_before
            FROM {relation} SEMI JOIN repeated USING (feed, key)
            WINDOW thing AS (PARTITION BY feed, key ORDER BY extracted_at, file, line)
        )
        WHERE NOT same_as_before
        WINDOW thing AS (PARTITION BY feed, key ORDER BY extracted_at, file, line)
    """


def local_day(instant: str) -> str:
    """SQL: the calendar day in London at `instant`, a UTC timestamp without a zone."""
    return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
