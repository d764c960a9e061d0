"""`vanguard score`: answers worked out by hand, edges of bands, and everyone answered."""

import csv
import gzip
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vanguard.codes import SuppliedSet, cambridge_score, electronic_frailty_index, supplied_sets
from vanguard.know.population.score import ScoreResult, score_file

TODAY = date(2026, 8, 6)
COLUMNS = ("person_id", "code", "date", "age", "position", "admission_method", "length_of_stay", "emergency_visits")
SCORES = [
    "charlson_1987",
    "charlson_1987_with_age",
    "charlson_quan_2011",
    "charlson_shmi_v1_60",
    "hospital_frailty",
    "ambulatory_care_sensitive",
    "lace",
    "cambridge_multimorbidity",
    "electronic_frailty_index",
]
Answers = dict[tuple[str, str], dict[str, str]]


def scored(
    folder: Path, text: str, name: str = "codes.csv", supplied: tuple[SuppliedSet, ...] = (), **columns: str
) -> tuple[Answers, ScoreResult]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return answered(folder, file, supplied, **columns)


def answered(
    folder: Path, file: Path, supplied: tuple[SuppliedSet, ...] = (), **columns: str
) -> tuple[Answers, ScoreResult]:
    result = score_file(file, folder / "scores.csv", columns, supplied, today=TODAY)
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["person_id"], row["score"]): row for row in csv.DictReader(lines)}, result


def rows(*codes: str, age: object = 80, method: str = "21", day: str = "2018-08-06") -> str:
    """One emergency admission of one person `a`, the first code being the main diagnosis."""
    lines = [f"a,{code},{day},{age},{place},{method},5,0" for place, code in enumerate(codes, 1)]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def one(folder: Path, score: str, *codes: str, **about: object) -> tuple[str, str, str]:
    """Value, band and codes of one score of one person."""
    row = scored(folder, rows(*codes, **about))[0]["a", score]  # type: ignore[arg-type]
    return row["value"], row["band"], row["codes"]


@pytest.mark.parametrize(
    ("codes", "original", "with_age", "quan", "shmi"),
    [
        # Heart attack, heart failure: 1 + 1; 80 years: 4 more; 0 + 2; 5 + 13.
        (("I21.4", "I50.0"), "2", "6", "2", "18"),
        # Complicated diabetes silences the plain form: 2, 1, and -1 of the SHMI, which counts as 0.
        (("E11.9", "E11.2"), "2", "6", "1", "0"),
        # Spread cancer silences the primary one.
        (("C50.9", "C79.5"), "6", "10", "6", "14"),
        # Severe liver disease silences the mild form. I85.0 is severe for Quan and nothing for the SHMI.
        (("K70.3", "I85.0"), "3", "7", "4", "8"),
        # HIV and dementia.
        (("B20", "F00.1"), "7", "11", "6", "16"),
        # One category counts once.
        (("J44.0", "J44.1", "J45.9"), "1", "5", "1", "4"),
        # Other skin cancer counts for the SHMI only.
        (("C44.3",), "0", "4", "0", "8"),
        (("Z00.0",), "0", "4", "0", "0"),
    ],
)
def test_charlson_by_hand_in_each_variant(tmp_path, codes, original, with_age, quan, shmi):
    found, _ = scored(tmp_path, rows(*codes))
    values = [found["a", score]["value"] for score in SCORES[:4]]
    assert values == [original, with_age, quan, shmi]


@pytest.mark.parametrize(
    ("age", "points"),
    [(0, 0), (49, 0), (50, 1), (59, 1), (60, 2), (69, 2), (70, 3), (79, 3), (80, 4), (120, 4)],
)
def test_points_for_age_change_with_the_decade(tmp_path, age, points):
    assert one(tmp_path, "charlson_1987_with_age", "I21", age=age)[0] == str(1 + points)


@pytest.mark.parametrize(
    ("codes", "band"),
    [
        (("Z00",), "zero"),
        (("I21",), "one_to_two"),
        (("I21", "I50"), "one_to_two"),
        (("I21", "I50", "J44"), "three_to_four"),
        (("I21", "I50", "J44", "K25"), "three_to_four"),
        (("I21", "I50", "J44", "K25", "F03"), "five_or_more"),
    ],
)
def test_bands_of_the_index_of_1987(tmp_path, codes, band):
    assert one(tmp_path, "charlson_1987", *codes)[1] == band


def test_only_what_counted_is_listed(tmp_path):
    assert one(tmp_path, "charlson_1987", "E11.9", "e112", "Z00", "I50x")[2] == "E112;I50"
    assert one(tmp_path, "charlson_quan_2011", "I21.0", "I50")[2] == "I50"


@pytest.mark.parametrize(
    ("codes", "value", "band"),
    [
        (("Z00",), "0.0", "low"),
        (("G81", "M48"), "4.9", "low"),
        (("G81", "R79"), "5.0", "intermediate"),
        (("F00", "G81", "M79", "R11", "Z73", "F32", "R50"), "14.1", "intermediate"),
        (("F00", "G81", "S06", "M79"), "15.0", "intermediate"),
        (("F00", "G81", "S06", "M79", "R50"), "15.1", "high"),
        (("F00.0", "F00.1", "F00.9"), "7.1", "intermediate"),
    ],
)
def test_hospital_frailty_by_hand_and_at_the_edges_of_its_bands(tmp_path, codes, value, band):
    assert one(tmp_path, "hospital_frailty", *codes)[:2] == (value, band)


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2016-08-05", False), ("2016-08-06", True), ("2018-08-06", True), ("2018-08-07", False), ("", False)],
)
def test_hospital_frailty_looks_two_years_back_from_the_last_emergency_admission(tmp_path, day, counts):
    text = rows("Z00") + f"a,F00,{day},80,1,11,5,0\n"
    assert scored(tmp_path, text)[0]["a", "hospital_frailty"]["value"] == ("7.1" if counts else "0.0")


@pytest.mark.parametrize(
    ("about", "because"),
    [
        ({"age": 74}, "Aged 74 on 6 August 2018; the score is for people aged 75 and over."),
        ({"age": ""}, "The age on 6 August 2018 is not known"),
        ({"age": 131}, "The age on 6 August 2018 is not known"),
        ({"method": "11"}, "No emergency admission with a date"),
        ({"method": ""}, "No method of admission is known"),
        ({"method": "77"}, "No method of admission is known"),
        ({"day": ""}, "No code has a date"),
        ({"day": "2027-01-01"}, "No code has a date"),
    ],
)
def test_hospital_frailty_says_why_not(tmp_path, about, because):
    row = scored(tmp_path, rows("F00", **about))[0]["a", "hospital_frailty"]
    assert (row["value"], row["band"], row["codes"]) == ("", "", "")
    assert because in row["reason"]


def test_columns_that_are_not_there_are_taken_for_granted_and_said(tmp_path):
    text = "person_id,code,date\na,F00,2018-08-06\na,G81,2016-01-01\n"
    found, result = scored(tmp_path, text)
    row = found["a", "hospital_frailty"]
    assert row["value"] == "7.1"
    assert "no column age" in row["reason"] and "no column admission_method" in row["reason"]
    assert found["a", "charlson_1987_with_age"]["reason"] == "There is no column age."
    assert found["a", "charlson_1987"]["value"] == "3" and found["a", "charlson_1987"]["reason"] == ""
    assert result.read.columns == frozenset()


@pytest.mark.parametrize(
    ("codes", "count"),
    [
        (("J44.1",), "1"),
        (("I10", "J44.1"), "1"),
        (("Z00", "J44.1"), "0"),
        (("Z00", "E11.2"), "1"),
        (("E11.9",), "0"),
        (("R02",), "1"),
        (("J20.9",), "0"),
        (("J20.9", "J44.1"), "1"),
        (("J18.1",), "1"),
        (("J18.1", "D57.0"), "0"),
        (("D57.0", "J18.1"), "1"),
        (("J18.9",), "0"),
    ],
)
def test_avoidable_admissions_by_position_and_rules(tmp_path, codes, count):
    value, band, _ = one(tmp_path, "ambulatory_care_sensitive", *codes)
    assert (value, band) == (count, "none" if count == "0" else "some")


def test_only_emergency_admissions_are_avoidable_and_each_day_is_one(tmp_path):
    text = (
        "person_id,code,date,position,admission_method\n"
        "a,J45,2018-01-01,1,21\na,J45,2018-01-01,1,21\na,E112,2018-01-01,2,\n"
        "a,J45,2018-03-01,1,2a\na,J45,2018-05-01,1,11\na,J45,2018-07-01,1,emergency\n"
    )
    row = scored(tmp_path, text)[0]["a", "ambulatory_care_sensitive"]
    assert (row["value"], row["codes"], row["reason"]) == ("3", "E112;J45", "")


def test_what_decides_and_is_not_known_leaves_the_count_open(tmp_path):
    text = "person_id,code,date\na,J45,2018-01-01\nb,Z00,2018-01-01\n"
    found, _ = scored(tmp_path, text)
    open_row, none = found["a", "ambulatory_care_sensitive"], found["b", "ambulatory_care_sensitive"]
    assert (open_row["value"], open_row["band"]) == ("", "")
    assert open_row["reason"] == "Between 0 and 1: not known for every admission are position, method of admission."
    assert (none["value"], none["band"], none["reason"]) == ("0", "none", "")


def test_a_rule_that_needs_procedures_is_said(tmp_path):
    row = scored(tmp_path, rows("L03.1"))[0]["a", "ambulatory_care_sensitive"]
    assert row["value"] == "1" and "operation" in row["reason"]


@pytest.mark.parametrize(
    ("stay", "method", "codes", "visits", "value", "band"),
    [
        # L 4 + A 3 + C 2 + E 0.
        ("5", "21", ("I50",), "0", "9", "not_high"),
        # L 4 + A 3 + C 2 + E 1.
        ("5", "21", ("I50",), "1", "10", "high"),
        # L 7 + A 0 (through a GP, not an emergency department) + C 0 + E 4.
        ("14", "22", ("Z00",), "9", "11", "high"),
        # L 5 + A 0 + C 5 (2 + 2 make 4, which is 5) + E 0.
        ("13", "11", ("I50", "J44"), "0", "10", "high"),
        ("0", "11", ("Z00",), "0", "0", "not_high"),
        ("40", "2A", ("C79",), "4", "19", "high"),
    ],
)
def test_lace_by_hand(tmp_path, stay, method, codes, visits, value, band):
    text = ",".join(COLUMNS) + "\n" + "".join(f"a,{c},2018-08-06,80,1,{method},{stay},{visits}\n" for c in codes)
    row = scored(tmp_path, text)[0]["a", "lace"]
    assert (row["value"], row["band"], row["reason"]) == (value, band, "")


def test_lace_says_between_what_and_what_and_gives_a_band_only_where_it_is_certain(tmp_path):
    header = "person_id,code,date,age,admission_method,length_of_stay\n"
    text = (
        header
        + "a,I50,2018-08-06,80,21,14\nb,I50,2018-08-06,80,28,3\nc,I50,2018-08-06,17,21,14\nd,Z00,2018-08-06,40,11,1\n"
    )
    found, _ = scored(tmp_path, text)
    high, open_row, child, low = (found[person, "lace"] for person in "abcd")
    assert (high["value"], high["band"]) == ("", "high") and high["reason"].startswith("Between 12 and 16")
    assert (open_row["value"], open_row["band"]) == ("", "") and "whether through an emergency" in open_row["reason"]
    assert child["band"] == "" and child["reason"].startswith("Aged 17 on 6 August 2018; the index is for")
    assert (low["value"], low["band"]) == ("", "not_high") and low["reason"].startswith("Between 1 and 5")


@pytest.mark.parametrize(
    ("ages", "with_age", "frail"),
    [
        (("80", "80"), "4", True),
        # A birthday in between.
        (("79", "80"), "4", True),
        # The day of the index has no age: 76, or 77 with a birthday since.
        (("76", ""), "3", True),
        # 74 or 75 by then.
        (("74", ""), "3", False),
        # Younger later: impossible, but 75 either way.
        (("78", "76"), "3", True),
        (("80", "76"), "", True),
        (("80", "60"), "", False),
        # Eleven years older in two.
        (("69", "80"), "", False),
    ],
)
def test_ages_on_other_days_and_ages_that_contradict(tmp_path, ages, with_age, frail):
    text = "person_id,code,date,age\n" + f"a,Z00,2017-12-06,{ages[0]}\na,F00,2018-08-06,{ages[1]}\n"
    found, _ = scored(tmp_path, text)
    value = found["a", "charlson_1987_with_age"]["value"]
    assert value == (str(1 + int(with_age)) if with_age else "")
    assert (found["a", "hospital_frailty"]["value"] == "7.1") is frail
    if not value:
        assert "contradict each other" in found["a", "charlson_1987_with_age"]["reason"]


def test_everyone_is_answered_for_every_score_in_the_order_of_the_input(tmp_path):
    text = (
        "person_id,code,date\n z ,I50,2018-08-06\na,,\nb,38341003,2018-01-01\nb,H33..,2018-01-01\n"
        "c,Z00,\nz,I21,2017-01-01\n,I50,2018-01-01\n"
    )
    found, result = scored(tmp_path, text)
    assert list(found) == [(person, score) for person in "zabc" for score in SCORES]
    assert all(row["value"] or row["reason"] for row in found.values())
    assert found["a", "charlson_1987"]["reason"] == "No code is given."
    assert found["b", "charlson_1987"]["reason"] == 'None of the codes is ICD-10: "38341003", "H33..".'
    assert found["z", "charlson_1987"]["value"] == "2"
    assert result.read.nobody is not None and result.read.nobody.examples == ((8, "I50"),)
    assert result.read.not_icd10 is not None and result.read.not_icd10.count == 2
    assert (result.read.rows, result.read.people) == (7, 4)
    assert all(answered.value + answered.no_value == 4 for answered in result.scores.values())


def test_what_stands_for_no_person_is_nobody_and_every_such_row_is_told(tmp_path):
    nobody = ["", "NA", "NULL", "null", "NaN", " n/a ", "None", "<NA>", "#N/A", "-", "unknown"]
    text = "person_id,code,date\n" + "".join(f"{word},I50,2018-08-06\n" for word in [*nobody, "Nancy", "0", "NA12"])
    found, result = scored(tmp_path, text)
    assert {person for person, _ in found} == {"Nancy", "0", "NA12"}
    assert (result.read.rows, result.read.people) == (len(nobody) + 3, 3)
    assert result.read.nobody is not None
    assert result.read.nobody.count == len(nobody)
    assert result.read.nobody.examples == ((2, "I50"), (3, "I50"), (4, "I50"))
    assert result.read.nobody_words == tuple(word.strip() for word in nobody if word)


def test_a_number_that_is_none_in_parquet_is_nobody(tmp_path):
    file = tmp_path / "codes.parquet"
    ids = pa.array([7.0, float("nan"), None])
    pq.write_table(pa.table({"person_id": ids, "code": ["I50"] * 3, "date": ["2018-08-06"] * 3}), file)
    found, result = answered(tmp_path, file)
    assert {person for person, _ in found} == {"7.0"}
    assert result.read.nobody is not None
    assert (result.read.nobody.count, result.read.nobody_words) == (2, ("nan",))


def test_a_code_that_is_not_icd10_is_said_beside_the_value(tmp_path):
    row = scored(tmp_path, rows("I50", "XYZ", "I21 I22"))[0]["a", "charlson_1987"]
    assert row["value"] == "1"
    assert row["reason"] == '2 codes are not ICD-10 and do not count: "I21 I22", "XYZ".'


def test_order_and_repetition_of_rows_change_nothing(tmp_path):
    first, *rest = rows("I50", "E11.2", "F00", "J44.1").splitlines()
    text = "\n".join([first, *rest, *reversed(rest), ""])
    mixed, plain = scored(tmp_path, text)[0], scored(tmp_path, rows("I50", "E11.2", "F00", "J44.1"))[0]
    assert mixed == plain


def test_dates_as_people_write_them_and_values_without_meaning(tmp_path):
    text = (
        "person_id,code,date,age,position,admission_method,length_of_stay\n"
        "a,F00,06/08/2018,80.0,01,21,5\n"
        "b,F00,2018-08-06 00:00:00,old,first,xx,-1\n"
        "c,F00,31/02/2018,-1,0,21,1.5\n"
        "d,F00,1800-01-01,80,1.5,21,99999999\n"
    )
    found, result = scored(tmp_path, text)
    assert found["a", "hospital_frailty"]["value"] == "7.1"
    unknown = {one.column: (one.count, one.examples[0]) for one in result.read.unknown}
    assert unknown == {
        "date": (2, (4, "31/02/2018")),
        "age": (2, (3, "old")),
        "position": (3, (3, "first")),
        "admission_method": (1, (3, "xx")),
        "length_of_stay": (2, (3, "-1")),
    }


def test_gzip_and_parquet_answer_as_the_csv_does_with_a_bom_quotes_and_further_columns(tmp_path):
    text = 'note,Person_ID,code,date,age\n"one\ntwo",a,F00,2018-08-06,80\n"x, ""y""",b,I50,2018-08-06,\n'
    plain = tmp_path / "codes.csv"
    plain.write_text("\ufeff" + text, encoding="utf-8")
    packed, parquet = tmp_path / "codes.csv.gz", tmp_path / "codes.parquet"
    packed.write_bytes(gzip.compress(text.replace("\n", "\r\n").encode()))
    duckdb.sql(f"COPY (SELECT * REPLACE (CAST(date AS DATE) AS date) FROM read_csv('{plain}')) TO '{parquet}'")
    answers = [answered(tmp_path, file)[0] for file in (plain, packed, parquet)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["a", "hospital_frailty"]["value"] == "7.1"


def test_columns_may_have_other_names(tmp_path):
    text = "id;icd;day\na;I50;2018-08-06\n"
    found, _ = scored(tmp_path, text, person_id="id", code="icd", date="day")
    assert found["a", "charlson_1987"]["value"] == "1"


def supplied_for(folder: Path, code_set: str, names: list[str]) -> tuple[SuppliedSet, ...]:
    inside = folder / "codes"
    inside.mkdir()
    members = dict(zip(names, SCTIDS * 20, strict=False))
    (inside / "own.csv").write_text("set,system,code\n" + "".join(f"{n},snomed,{c}\n" for n, c in members.items()))
    (inside / "own.yaml").write_text(f"id: own\nversion: 1\nsource: s\nlicence: l\nextends: {code_set}\n")
    return supplied_sets(folder)


SCTIDS = ["73211009", "38341003"]


def test_the_cambridge_score_needs_the_places_own_sets(tmp_path):
    names = [condition.id for condition in cambridge_score().conditions]
    text = "person_id,code,date\na,snomed:73211009,\na,38341003,\nb,I50,2018-01-01\nc,22298006,\n"
    without, _ = scored(tmp_path, text)
    assert without["a", "cambridge_multimorbidity"]["value"] == ""
    assert "cover 0 of 20" in without["a", "cambridge_multimorbidity"]["reason"]
    some = supplied_for(tmp_path, "cambridge_multimorbidity", names)
    found, _ = scored(tmp_path, text, supplied=some)
    assert found["a", "cambridge_multimorbidity"]["value"] == "16.33"
    assert found["b", "cambridge_multimorbidity"]["reason"] == "None of the codes is a SNOMED CT code."
    assert found["c", "cambridge_multimorbidity"]["value"] == "0.00"


def test_the_frailty_index_without_medicines_is_open_by_one_deficit(tmp_path):
    names = [d.id for d in electronic_frailty_index().conditions if not d.from_medicines]
    # Every second deficit has the same code: 18 of the 35 for the first, 17 for the other.
    own = supplied_for(tmp_path, "electronic_frailty_index", names)
    found, _ = scored(tmp_path, "person_id,code,date\na,73211009,\nb,22298006,\n", supplied=own)
    row, fit = found["a", "electronic_frailty_index"], found["b", "electronic_frailty_index"]
    assert (row["value"], row["band"]) == ("", "severe") and "five or more medicines" in row["reason"]
    assert (fit["value"], fit["band"]) == ("", "fit")
