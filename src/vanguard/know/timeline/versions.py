"""Which rows of `source_event` are one thing told again, and from when until when each version stood."""

THING = "feed, source, key"
IN_ORDER = f"(PARTITION BY {THING} ORDER BY extracted_at, file, load_id, line)"


def versions(relation: str = "source_event") -> str:
    """SQL: the rows of `relation`, less repetitions, with `known_from`, `known_to` (empty: stands now) and `ended`.

    Rows of one feed, source and key are versions of one thing, in intake's order: what stands now is what
    its `current_events` has. A row that only repeats the one before it is left out and ends nothing; one that
    differs ends the one before it, and so does an extract that no longer holds the thing. Where nothing was told
    of it since, the last version is marked as `ended`. Most things are told once: only the others are put in order.
    """
    return f"""
        WITH ends AS (
            SELECT {THING}, extracted_at, coalesce(file, '') AS file, load_id, coalesce(line, 0) AS line
            FROM source_end SEMI JOIN {relation} USING ({THING})),
        repeated AS (
            SELECT {THING} FROM (SELECT {THING} FROM {relation} UNION ALL SELECT {THING} FROM ends)
            GROUP BY {THING} HAVING count(*) > 1),
        word AS (
            SELECT *, false AS is_end FROM {relation} SEMI JOIN repeated USING ({THING})
            UNION ALL BY NAME SELECT *, true AS is_end FROM ends),
        told AS (
            SELECT *, content IS DISTINCT FROM lag(content) OVER thing AS news FROM (
                SELECT *, split_part(row_id, '-', 1) AS content FROM word) WINDOW thing AS {IN_ORDER}),
        followed AS (
            SELECT * EXCLUDE (content, news), extracted_at AS known_from, lead(extracted_at) OVER thing AS known_to,
                   count(*) FILTER (NOT is_end) OVER (
                       PARTITION BY {THING} ORDER BY extracted_at, file, load_id, line
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) = 0 AS last
            FROM told WHERE news WINDOW thing AS {IN_ORDER})
        SELECT *, extracted_at AS known_from, CAST(NULL AS TIMESTAMP) AS known_to, false AS ended
        FROM {relation} ANTI JOIN repeated USING ({THING})
        UNION ALL
        SELECT * EXCLUDE (is_end, last), last AND known_to IS NOT NULL AS ended FROM followed WHERE NOT is_end
    """


def local_day(instant: str) -> str:
    """SQL: the calendar day in London at `instant`, a UTC timestamp without a zone."""
    return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
