"""Whatever is untidy is told in the truth, and what is switched off does not happen."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.synth.conftest import FEEDS, Place

from vanguard.errors import BadInput
from vanguard.synth import Disorder, make_place, read_disorder
from vanguard.synth.chance import stream
from vanguard.synth.disorder import exchange_day_and_month, look_alike, mistype, mistype_date, mistype_postcode
from vanguard.synth.extracts import feeds

PEOPLE = {
    "gp": ("gp_registrations", "patient_id", ("given_name", "family_name", "birth_date")),
    "community": ("community_contacts", "client_id", ("given_name", "family_name", "birth_date")),
    "mental_health": ("mental_health_contacts", "LocalPatientId", ("GivenName", "FamilyName", "PersonBirthDate")),
}
TRUE = ("given_name", "family_name", "birth_date")


@pytest.mark.parametrize("source", PEOPLE)
def test_what_a_record_says_otherwise_than_the_truth_is_told_as_a_slip(place: Place, source: str) -> None:
    feed, id, columns = PEOPLE[source]
    for column, true in zip(columns, TRUE, strict=True):
        untold = place.one(
            f"""select count(*) from {feed} f join links l on l.source = '{source}' and l.source_id = f.{id}
                join persons p using (person) left join slips s on s.source = '{source}' and s.source_id = f.{id}
                  and s."column" = '{true}' and s.written = f.{column}
                where f.{column} <> p.{true} and s.kind is null"""
        )
        assert untold == 0, column


def test_a_told_slip_is_in_the_extract(place: Place) -> None:
    kinds = dict(place.rows("select kind, count(*) from slips group by 1"))
    assert set(kinds) == {
        "no_nhs_number", "no_accents", "short_name", "former_name", "typing", "swapped_day_month", "homoglyph",
        "old_address", "temporary_address",
    }  # fmt: skip
    # Where a record has two slips in one column, the later one is what is written.
    last = place.one(
        """select count(*) from (select *, row_number() over () as n from slips) s
           join gp_registrations r on s.source = 'gp' and r.patient_id = s.source_id
           where s."column" = 'birth_date' and r.birth_date <> s.written and not exists (
             select 1 from slips t where t.source = 'gp' and t.source_id = s.source_id and t."column" = 'birth_date'
               and t.written = r.birth_date)"""
    )
    assert last == 0
    typing = place.one(
        """select count(distinct source_id) from slips where source = 'gp'
           and kind in ('typing', 'swapped_day_month', 'homoglyph')"""
    )
    assert typing / place.one("select count(distinct patient_id) from gp_registrations") == pytest.approx(
        0.03, abs=0.006
    )


def test_twins_and_the_family_of_one_name_are_told(place: Place) -> None:
    twins = place.one(
        """select count(*) from persons a join persons b using (mother, birth_date) where a.person < b.person"""
    )
    assert place.one("select count(*) from alike where kind = 'twin'") <= twins
    names = place.rows(
        """select p.given_name, p.family_name, count(distinct p.lsoa) from alike a
           join persons p on p.person in (a.person, a."with") where a.kind = 'one_family' group by 1, 2"""
    )
    assert len(names) == 1
    family = place.one("""select count(*) from alike where kind = 'one_family'""")
    assert family == read_disorder("usual").one_family - 1


def test_without_disorder_every_row_is_as_it_truly_is(tmp_path: Path) -> None:
    made = make_place(300, 5, date(2018, 8, 6), tmp_path, months=12, disorder=read_disorder("none"))
    assert made.planted == 0
    for name in ("slips", "planted"):
        assert len((tmp_path / "truth" / f"{name}.csv").read_text(encoding="utf-8").splitlines()) == 1
    missing = duckdb.sql(
        f"select count(*) from read_csv('{tmp_path}/calls_111_*.csv', all_varchar = true) where nhs_number is null"
    ).fetchall()
    assert missing == [(0,)]


def test_every_feed_has_its_mistakes_in_proportion(place: Place) -> None:
    for feed in FEEDS:
        rows = place.one(f"select count(*) from all_{feed}")
        wrong = place.rows(
            f"""select "column", count(*) from planted where file like '{feed}_2%' and kind = 'mistake'
                group by 1 order by 1"""
        )
        assert [column for column, _ in wrong] == sorted(column for column, _ in feeds()[feed].wrong)
        assert sum(int(str(count)) for _, count in wrong) >= min(12, 0.003 * rows)


def test_a_profile_may_extend_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: usual\nhomoglyphs: 0.5\n")
    mine = read_disorder(str(tmp_path / "mine.yaml"))
    assert mine == read_disorder("usual").model_copy(update={"homoglyphs": 0.5})
    harsh = read_disorder("harsh").model_dump()
    usual = read_disorder("usual").model_dump()
    assert all(harsh[name] > usual[name] for name in usual)
    assert not any(value for name, value in read_disorder("none").model_dump().items() if name != "twins")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("homoglyphs: 2", "`homoglyphs`: Input should be less than or equal to 1"),
        ("typos: 0.1", "`typos`: Extra inputs"),
        ("extends: mad", "`extends` names mad"),
        ("- 1", "must be a list of `name: value`"),
        ("a: [", "This is not YAML"),
    ],
)
def test_a_mistake_in_a_profile_is_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(BadInput, match=says.replace("[", "\\[")):
        read_disorder(str(tmp_path / "mine.yaml"))
    with pytest.raises(BadInput, match="no disorder called strange"):
        read_disorder("strange")


@given(st.text("abcdefgxyzABCéł'- ", min_size=1, max_size=12), st.integers(0, 2**32))
def test_a_slip_of_a_word_changes_it_a_little(word: str, seed: int) -> None:
    rng = stream(seed, "slip")
    assert abs(len(mistype(rng, word)) - len(word)) <= 1
    seen = look_alike(rng, word)
    assert sum(a != b for a, b in zip(word, seen, strict=True)) <= 1


@given(st.dates(date(1900, 1, 1), date(2018, 8, 5)), st.integers(0, 2**32))
def test_a_slip_of_a_date_is_a_date(day: date, seed: int) -> None:
    other = date.fromisoformat(mistype_date(stream(seed, "slip"), day.isoformat()))
    assert other != day or day.day > 28
    turned = date.fromisoformat(exchange_day_and_month(day.isoformat()))
    assert (turned.day, turned.month) in {(day.month, day.day), (day.day, day.month)}


@given(st.integers(0, 2**32))
def test_a_slip_of_a_postcode_is_another_postcode(seed: int) -> None:
    other = mistype_postcode(stream(seed, "slip"), "HP20 1AB")
    assert other != "HP20 1AB" and len(other) == 8


def test_a_profile_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Disorder().homoglyphs = 1  # type: ignore[misc]
