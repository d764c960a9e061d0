"""Scores of everyone in a table of coded diagnoses, without a place: a file in, a file of scores out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from vanguard.codes import Grouping, SuppliedSet, charlson
from vanguard.know.population.score.ages import make_ages_at, make_ages_given
from vanguard.know.population.score.answers import answers_sql, make_answers
from vanguard.know.population.score.avoidable import AVOIDABLE, avoidable_lists, make_avoidable
from vanguard.know.population.score.charlson import charlson_scores, make_charlson
from vanguard.know.population.score.entries import Entries, read_entries
from vanguard.know.population.score.hospital_frailty import FRAILTY, make_frailty
from vanguard.know.population.score.lace import LACE, make_lace
from vanguard.know.population.score.meanings import make_meanings
from vanguard.know.population.score.weighted import make_weighted, weighted_lists, weighted_scores
from vanguard.table_file import check_output, write_table

SCORES = (*charlson_scores(), FRAILTY, AVOIDABLE, LACE, *weighted_scores())


@dataclass(frozen=True)
class Answered:
    """For how many people a score has a value, and for how many not."""

    value: int
    no_value: int


@dataclass(frozen=True)
class ScoreResult:
    """What was read, and what each score came to."""

    read: Entries
    scores: dict[str, Answered]


def score_file(
    codes: Path,
    output: Path,
    columns: Mapping[str, str],
    supplied: Iterable[SuppliedSet],
    *,
    today: date,
) -> ScoreResult:
    """Answer every score for everyone in `codes`; `output` has person_id, score, value, band, codes and reason.

    `columns` maps our column names to the file's, `supplied` are the place's own code sets. A date after `today`
    counts as unknown. People come in the order of the input; the output is written whole or not at all.
    Raises BadInput.
    """
    check_output(output, [codes])
    own = tuple(supplied)
    con = duckdb.connect()
    try:
        read = read_entries(con, codes, columns, today)
        make_meanings(con, _lists(own))
        make_answers(con)
        make_ages_given(con)
        con.execute("CREATE TEMP TABLE last_day AS SELECT pid, max(date) AS date FROM entry GROUP BY pid")
        make_ages_at(con, "age_at_last", "last_day")
        make_charlson(con, ages="age" in read.columns)
        make_frailty(con, ages="age" in read.columns, methods="admission_method" in read.columns)
        make_avoidable(con)
        make_lace(con)
        make_weighted(con, own)
        write_table(con, answers_sql(con, SCORES), output)
        counts = con.execute(
            "SELECT score, count(*) FILTER (low = high), count(*) FROM answer GROUP BY score"
        ).fetchall()
    finally:
        con.close()
    by_score = {str(score): (int(value), int(everyone)) for score, value, everyone in counts}
    found = {score.id: by_score.get(score.id, (0, 0)) for score in SCORES}
    return ScoreResult(read, {id: Answered(value, everyone - value) for id, (value, everyone) in found.items()})


def _lists(supplied: tuple[SuppliedSet, ...]) -> dict[str, Iterable[Grouping]]:
    codings: dict[str, Iterable[Grouping]] = {coding.about.id: coding.categories for coding in charlson()}
    return {**codings, **avoidable_lists(), **weighted_lists(supplied)}
