"""What our own service did, as one more source: `care_event` in the columns of `source_event`, and whose it is."""

FEED = "care_event"
"""The feed of such events. A record shows them live and not once more from the lake."""

# A batch says whom it is about by the service's own number; the latest row of a number says who that was. Linkings that
# the service had not followed by then are followed here, as it will: where a person's rows went to several persons and
# none stayed, somebody has to say whose it is, and until then it is nobody's.
OWN_LINK = """
    WITH RECURSIVE went AS (
        SELECT number, was, CASE WHEN count(DISTINCT became) = 1 THEN min(became) END AS became
        FROM person_change GROUP BY number, was HAVING NOT bool_or(remains)
    ), walk AS (
        SELECT source, source_id, arg_max(coalesce(person_id, ''), number) AS person_id,
               arg_max(linking, number) AS linking
        FROM care_event GROUP BY source, source_id
        UNION ALL
        (SELECT walk.source, walk.source_id, went.became, went.number
         FROM walk JOIN went ON went.was = walk.person_id AND went.number > walk.linking
         QUALIFY row_number() OVER (PARTITION BY walk.source, walk.source_id ORDER BY went.number) = 1)
    )
    SELECT source, source_id, person_id
    FROM (SELECT source, source_id, arg_max(coalesce(person_id, ''), linking) AS person_id
          FROM walk GROUP BY source, source_id) SEMI JOIN person USING (person_id)
"""

OWN_EVENT = f"""
    SELECT row_id, '{FEED}' AS feed, source, source_id, key, '' AS file, number AS line, told_at AS extracted_at,
           '' AS load_id, kind, setting, status, CAST(NULL AS VARCHAR) AS method, "start", "end", "date", end_date,
           timed, codes, display, CAST(NULL AS DOUBLE) AS value, CAST(NULL AS VARCHAR) AS unit, text, place,
           CAST(NULL AS BIGINT) AS cost_pence, CAST(NULL AS VARCHAR) AS detail
    FROM care_event
"""
