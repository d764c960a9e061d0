"""The answers: one for each person and score, as the least and the most that the value can be."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from vanguard.codes import Band
from vanguard.know.population.score.wording import counted_sql, sentences_sql

# low, high: units of the score, both null where nothing can be said. codes: those that contribute.
ANSWER = """
CREATE TEMP TABLE answer (pid BIGINT, score VARCHAR, low BIGINT, high BIGINT, codes VARCHAR[], reason VARCHAR)
"""

# What can be read of each person's codes, in sentences: `unread` (no score from ICD-10 at all) and `strange`.
READ = f"""
CREATE TEMP TABLE read AS
SELECT pid, undated, readable_sctids > 0 AS has_sctid,
       CASE WHEN codes = 0 THEN 'No code is given.'
            WHEN strange = codes THEN 'None of the codes is ICD-10: ' || examples || '.' END AS unread,
       {counted_sql("strange", "1 code is not ICD-10 and does not count: ", "codes are not ICD-10 and do not count: ")}
           || examples || '.' AS strange
FROM (SELECT pid, count(cid) AS codes, count(sctid) AS readable_sctids,
             count(cid) FILTER (icd10 IS NULL) AS strange,
             array_to_string((list('"' || given || '"' ORDER BY given) FILTER (icd10 IS NULL))[:3], ', ')
                 || CASE WHEN count(cid) FILTER (icd10 IS NULL) > 3 THEN ' and others' ELSE '' END AS examples
      FROM (SELECT DISTINCT pid, cid FROM entry) LEFT JOIN code USING (cid)
      GROUP BY pid)
JOIN (SELECT pid, count(cid) FILTER (date IS NULL) AS undated FROM entry GROUP BY pid) USING (pid)
"""


@dataclass(frozen=True)
class Score:
    """How the units of a score are shown: divided by `units_in_one`, with so many decimals, and in which bands."""

    id: str
    bands: tuple[Band, ...] = ()
    units_in_one: int = 1
    decimals: int = 0


def make_answers(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `answer`, empty, and `read`, from `entry` and `code`."""
    con.execute(ANSWER)
    con.execute(READ)


def answer(con: duckdb.DuckDBPyConnection, score: str, query: str) -> None:
    """Answer `score`, which is made from ICD-10 codes, for every person.

    `query` gives pid, low, high, codes and reason for some or all; who is missing scores 0. What is not ICD-10 is
    said, and who has no ICD-10 code gets no value.
    """
    con.execute(
        f"""
        INSERT INTO answer
        SELECT pid, ?, CASE WHEN unread IS NULL THEN low END, CASE WHEN unread IS NULL THEN high END,
               CASE WHEN unread IS NULL THEN codes END,
               CASE WHEN unread IS NULL THEN {sentences_sql("reason", "strange")} ELSE unread END
        FROM read LEFT JOIN ({query}) USING (pid)
        """,
        [score],
    )


def answers_sql(con: duckdb.DuckDBPyConnection, scores: Iterable[Score]) -> str:
    """The query of the finished answers, in the order of the people and of `scores`.

    Columns person_id, score, value, band, codes and reason. A value is given where the least and the most agree; a
    band where both lie in it.
    """
    listed = list(scores)
    con.register("score_given", pa.table({"score": [score.id for score in listed], "place": range(len(listed))}))
    bands = [(score.id, band) for score in listed for band in score.bands]
    con.register(
        "band_given",
        pa.table(
            {
                "score": pa.array([id for id, _ in bands], pa.string()),
                "band": pa.array([band.id for _, band in bands], pa.string()),
                "first": pa.array([band.first for _, band in bands], pa.int64()),
                "last": pa.array([band.last for _, band in bands], pa.int64()),
            }
        ),
    )
    shown = " ".join(
        f"WHEN '{score.id}' THEN format('{{:.{score.decimals}f}}', low / {score.units_in_one})"
        for score in listed
        if score.units_in_one != 1
    )
    return f"""
        SELECT person_id, score,
               CASE WHEN low = high THEN CASE score {shown} ELSE CAST(low AS VARCHAR) END END AS value,
               CASE WHEN least.band = most.band THEN least.band END AS band,
               array_to_string(list_sort(list_distinct(codes)), ';') AS codes, reason
        FROM answer JOIN score_given USING (score) JOIN person USING (pid)
        LEFT JOIN band_given least ON least.score = answer.score AND {_within("low", "least")}
        LEFT JOIN band_given most ON most.score = answer.score AND {_within("high", "most")}
        ORDER BY pid, place
    """


def _within(units: str, band: str) -> str:
    return f"{units} >= {band}.first AND ({band}.last IS NULL OR {units} <= {band}.last)"
