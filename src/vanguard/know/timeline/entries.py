"""SQL for the entries of a record: what stands now of a range of persons, each with the words to show.

Of the persons in `asked`, the range is between the variables `first` and `last`, person ids; `as_of` is the day of the
latest extract.
"""

from vanguard.know.timeline.own import FEED
from vanguard.know.timeline.versions import local_day

# What this service did is in the record live, fresher than any refresh.
TOLD_BY_PARTNERS = f"feed <> '{FEED}'"

# Nothing later than the latest extract is known, so that is the day for which a record is true.
AS_OF = f"""
    SET VARIABLE as_of = (SELECT {local_day("max(told)")} FROM (
        SELECT max(known_from) AS told FROM event WHERE {TOLD_BY_PARTNERS}
        UNION ALL SELECT max(extracted_at) FROM received_file))
"""

IN_RANGE = "BETWEEN getvariable('first') AND getvariable('last')"

# FHIR statuses of what is over whatever its dates say, and of what is over unless its end is still to come.
OVER = "('inactive', 'remission', 'resolved', 'stopped', 'cancelled', 'draft', 'on-hold')"
DONE = "('finished', 'completed', 'ended')"


def _inside_a_sentence(words: str) -> str:
    """SQL: words without their capital, unless they begin with a name or an abbreviation."""
    return (
        f"CASE WHEN regexp_matches({words}, '^[A-Z][a-z-]*([ ,;]|$)')"
        f" THEN lower({words}[1]) || {words}[2:] ELSE {words} END"
    )


ENTRIES = f"""
    CREATE OR REPLACE TEMP TABLE entry AS
    WITH said AS (
        SELECT e.* EXCLUDE (display), e.codes[1] AS main_code, e.display AS said,
               CASE WHEN lower(m.words) IS DISTINCT FROM lower(e.display) THEN m.words END AS meant,
               coalesce(exact.words, any_method.words) AS occasion, k.words AS kind_words
        FROM event e SEMI JOIN asked USING (person_id)
        LEFT JOIN meaning m ON m.code = e.codes[1]
        LEFT JOIN kind_words k ON k.kind = e.kind
        LEFT JOIN occasion exact
          ON e.kind = 'Encounter' AND exact.setting = e.setting AND exact.method = e.method
        LEFT JOIN occasion any_method
          ON e.kind = 'Encounter' AND any_method.setting = e.setting AND any_method.method = 'other'
        WHERE e.person_id {IN_RANGE} AND e.{TOLD_BY_PARTNERS} AND (e.known_to IS NULL OR e.ended)
          AND coalesce(e.status, '') <> 'entered-in-error'
    )
    SELECT * EXCLUDE (said, meant, occasion, kind_words),
           coalesce(said, meant, main_code, kind_words, kind) AS label,
           concat_ws('; ', CASE WHEN occasion IS NULL THEN coalesce(said, meant, kind_words)
                ELSE concat_ws(': ', occasion, nullif(concat_ws('; ',
                    {_inside_a_sentence("said")}, {_inside_a_sentence("meant")}), '')) END,
               CASE WHEN ended THEN 'ended: no longer in what the partner sends since '
                   || strftime({local_day("known_to")}, '%-d %B %Y') END) AS display,
           kind = 'Condition' AND coalesce(detail ->> '$.alert', '') = 'true' AS alert,
           ended IS NULL AND coalesce(status, '') NOT IN {OVER}
               AND coalesce(end_date >= getvariable('as_of'), coalesce(status, '') NOT IN {DONE}) AS goes_on
    FROM said
"""
