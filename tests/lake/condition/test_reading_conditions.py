"""What a condition may say, and the sentence that refuses anything else."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.codes import frailty_weights
from vanguard.lake import tables
from vanguard.lake.condition import (
    BadCondition,
    Vocabulary,
    condition_sql,
    holds,
    read_condition,
    read_saying,
)

PEOPLE = Vocabulary.over(
    tables()["person_feature"].columns,
    {"conditions": ["copd", "dementia"], "hospital_frailty_band": ["low", "intermediate", "high"]},
)
EVENTS = Vocabulary.over(tables()["event"].columns, {"codes": ["icd10:J441", "icd10:I50"]})
QUESTIONS = Vocabulary.of(
    {"red_flag": "bool", "direction": "text", "score": "number", "seen_on": "date"},
    {"direction": ["step_up", "step_down"]},
)


@pytest.mark.parametrize(
    "text",
    [
        "age >= 75",
        "age >= 75 and hospital_frailty_band in ('intermediate', 'high')",
        "has(conditions, 'copd') or not care_package",
        "has_any(conditions, 'copd', 'dementia')",
        "last_admission is not null and days_between(last_admission, month_end) <= 90",
        "coalesce(hospital_frailty, 0) + 2 * emergency_admissions_12m > 10.5",
        "age between 65 and 74 and how_many(conditions) not in (0, 1)",
        "last_admission >= DATE '2026-01-31'",
        "care_package = true",
        "-age < - -75",
        "bed_days_12m / emergency_admissions_12m > 5",
        "age / (bed_days_12m / 2) > 1",
        "round(hospital_frailty, 1) > 1 AND Weekday(month_end) = 7",
        "conditions is null",
    ],
)
def test_these_are_conditions(text):
    assert read_condition(text, PEOPLE).text == text


@pytest.mark.parametrize(
    "text",
    [
        "kind = 'Encounter' and setting = 'inpatient' and method = 'emergency' and has_prefix(codes, 'icd10:J44')",
        'day_of(start) = date and "end" > start and end is not null',
        "hours_between(start, coalesce(end, known_from)) <= 4 and text <> 'x' and value > 2",
        "years_between(date, end_date) < 1 and date between DATE '2026-01-01' and DATE '2026-12-31'",
        "timed and unit = 'mmHg' and not source = 'gp' and most_common(codes) = 'icd10:I50'",
    ],
)
def test_events_can_be_filtered(text):
    assert read_condition(text, EVENTS)


@pytest.mark.parametrize("name", [column.name for table in tables().values() for column in table.columns])
def test_no_column_of_the_lake_is_a_word_of_the_language(name):
    columns = [column for table in tables().values() for column in table.columns if column.name == name]
    if columns[0].type != "bytes":
        assert read_condition(f"{name} is null", Vocabulary.over(columns[:1]))


def test_the_questions_of_a_pathway_are_a_vocabulary():
    condition = read_condition("direction = 'step_up' and not red_flag", QUESTIONS)
    assert holds(condition, {"direction": "step_up", "red_flag": False}) is True
    assert holds(condition, {"direction": "step_up"}) is None
    with pytest.raises(BadCondition, match="Did you mean step_down"):
        read_condition("direction = 'step_downn'", QUESTIONS)
    assert '"score"' in condition_sql(read_condition("score > 5", QUESTIONS))


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "empty"),
        ("agee >= 75", 0, "Did you mean age?"),
        ("age >= 75 and frailty > 1", 14, "There is no column frailty"),
        ("copd", 0, "copd is a word of conditions. Write has(conditions, 'copd')."),
        ("has(condition, 'copd')", 4, "Did you mean conditions?"),
        ("has(conditions, 'cpod')", 16, "Did you mean copd?"),
        ("has_prefix(conditions, 'copx')", 23, "In conditions nothing begins with 'copx'"),
        ("hospital_frailty_band = 'hihg'", 24, "Did you mean high?"),
        ("hospital_frailty_band in ('low', 'middle')", 33, "never holds 'middle'"),
        # Functions
        ("haz(conditions, 'copd')", 0, "Did you mean has?"),
        ("years_betwen(last_admission, month_end) > 1", 0, "Did you mean years_between?"),
        ("has(conditions, copd)", 16, "copd is a word of conditions"),
        ("has(conditions)", 0, "has takes 2 arguments; here is 1"),
        ("has(conditions, 'copd', 'dementia')", 0, "has takes 2 arguments; here are 3"),
        ("has(age, 'copd')", 4, "has takes a column that is a list here; this is a number"),
        ("round(age, 9) > 1", 11, "round takes a written whole number from 0 to 6"),
        ("least(age, sex) = 1", 11, "this is a text"),
        ("weekday = 1", 0, "weekday is a function. Write weekday(day)."),
        ("log(age) > 1", 0, "Use log10 or ln"),
        ("datediff(last_admission, month_end) > 1", 0, "Use days_between, months_between, years_between"),
        ("now() > month_end", 0, "does not know the time"),
        ("last_admission < current_date", 17, "does not know the time"),
        ("person_id in ('a') and sum(age) > 1", 23, "There is no function sum"),
        ("nonsense(age) > 1", 0, "There is no function nonsense. A condition may compare"),
        # Types
        ("age", 0, "This is a number; something that is true or false is needed here."),
        ("age and care_package", 0, "This is a number"),
        ("age > 'old'", 0, "Numbers stand without quotes, text in single quotes."),
        ("practice < 'K82001'", 0, "A text has no order"),
        ("last_admission > '2026-01-31'", 0, "Write a day as DATE '2026-01-31'."),
        ("month_end - last_admission > 30", 0, "Between two days are days_between"),
        ("last_admission > DATE '2026-02-29'", 22, "There is no day 2026-02-29"),
        ("last_admission > DATE '31/01/2026'", 22, "There is no day 31/01/2026"),
        ("last_admission > DATE '20260131'", 22, "There is no day 20260131"),
        ("conditions = conditions", 0, "Lists cannot be compared"),
        ("conditions in ('copd')", 0, "Lists cannot be compared"),
        ("1 < age < 3", 0, "two comparisons are joined by and"),
        ("age > 1e999", 6, "too large"),
        ("age > 99999999999999999999", 6, "too large"),
        ("age > .5.5", 0, "is no number"),
        # Null
        ("age > null", 0, "null can only stand after is"),
        ("age = null", 0, "Write column is null."),
        ("care_package is true", 0, "Write = instead of is"),
        # More than a condition
        ("age > (select 75)", 7, "may not ask another table"),
        ("age in (select 75)", 8, "may not ask another table"),
        ("age in (bed_days_12m)", 0, "Only written values may stand after in"),
        ("exists(select 1)", 0, "may not ask another table"),
        ("rank() > 1", 0, "never its neighbours"),
        ("how_many(conditions) over (order by age) > 1", 21, "never its neighbours"),
        ("case when care_package then true end", 0, "has no case"),
        ("age >= 75 order by 1", 10, "no order"),
        ("practice like 'K%'", 9, "has_prefix"),
        ("cast(age as text) = '75'", 0, "Types cannot be changed"),
        ("person_feature.age > 1", 0, "without a table"),
        ("(age, sex) = (1, 2)", 1, "not allowed"),
        # Signs
        ("age > 1; drop table person", 7, "one expression"),
        ("age::text = '75'", 3, "Types cannot be changed"),
        ("age % 2 = 0", 4, "no remainders"),
        ("age = ?", 6, "nothing to fill in"),
        ("age = 1 -- one", 8, "no comments"),
        ("age = 1 /* one */", 8, "no comments"),
        ("age => 75", 4, "Write >=."),
        ("age > 75 && care_package", 9, "Write and."),
        ("!care_package", 0, "Write not"),
        ("conditions[1] = 'copd'", 10, "Write round brackets"),
        # Letters that look like others
        ("age\u00a0>= 75", 3, "no-break space, U+00A0) cannot stand here. Write an ordinary space."),
        ("sex = \u2018female\u2019", 13, "right single quotation mark, U+2019) cannot stand here. Write the straight"),
        ("age \u2265 75", 4, "Write >=."),
        ("age > \u22125", 6, "minus sign, U+2212) cannot stand here. Write the ordinary minus"),
        ("\u0430ge > 1", 0, "cyrillic small letter a"),
        ("age \uff1e 75", 4, "Write >."),
        ("sex = 'fem\u200bale'", 10, "zero width space"),
        ("sex = 'fem\nale'", 10, "cannot stand in a text"),
        # Not complete
        ('sex = "female"', 6, "Text stands in single quotes: 'female'."),
        ('sex = "female', 6, "never closed"),
        ("age = 'unclosed", 6, "never closed"),
        ("age >=", 4, "cannot be read"),
        ("age > 75 and", 9, "Something is missing after and."),
        ("or age > 75", 0, "Something is missing before or."),
        ("(age > 75", 7, "cannot be read"),
        ("age > 75)", 8, "near )"),
        ("age >= 75 years", 10, "near years"),
    ],
)
def test_these_are_refused_with_place_and_reason(text, at, says):
    with pytest.raises(BadCondition) as refused:
        read_condition(text, PEOPLE)
    shown = [(problem.at, f"{problem.what} {problem.do}") for problem in refused.value.problems]
    assert any(place == at and says in sentence for place, sentence in shown), shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("start > DATE '2026-01-01'", "An instant's day is day_of(instant)."),
        ("start > '2026-01-01'", "day_of(instant) >= DATE"),
        ("start > timestamp '2026-01-01'", "An instant cannot be written"),
        ("years_between(start, end) > 1", "years_between takes a day here; this is an instant"),
    ],
)
def test_instants_are_not_days(text, says):
    with pytest.raises(BadCondition) as refused:
        read_condition(text, EVENTS)
    assert any(says in f"{problem.what} {problem.do}" for problem in refused.value.problems)


def test_every_mistake_is_said_at_once():
    with pytest.raises(BadCondition) as refused:
        read_condition("agee > 1 and haz(conditions, 'copd') and practice > 'A'", PEOPLE)
    assert [problem.at for problem in refused.value.problems] == [0, 13, 41]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "age > 1" + ")" * 10_000,
        "(" * 1_500 + "age > 1" + ")" * 1_500,
        "coalesce(" * 300 + "age" + ", 1)" * 300 + " > 1",
        "not " * 990 + "care_package",
        "age > " + "- " * 1_900 + "1",
        "age > " + "1+" * 1_900 + "1",
        "age > " + "1+" * 150 + "1",
        "care_package" + " or care_package" * 10_000,
        "age > " + "9" * 10_000,
        "floor(" * 12 + "age" + ")" * 12 + " > 1",
        "age > " + "1 / (" * 15 + "age" + ")" * 15,
        "'" * 3_999,
        "\u2018" * 3_999,
        "age in (" + "select " * 500 + ")",
    ],
    ids=lambda text: f"{text[:20]} {len(text)}",
)
def test_what_would_take_long_or_much_memory_is_refused(text):
    tracemalloc.start()
    with pytest.raises(BadCondition):
        read_condition(text, PEOPLE)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(f"age = {number}" for number in range(250)),
        "age in (" + ", ".join(map(str, range(700))) + ")",
        "age > " + "1 + " * 90 + "1",
        "(" * 20 + "age > 1" + ")" * 20,
    ],
    ids=lambda text: f"{text[:20]} {len(text)}",
)
def test_long_conditions_are_read_and_stay_short(text):
    assert len(condition_sql(read_condition(text, PEOPLE))) < 20 * len(text)


SIGNS = (
    "age sex conditions 'copd' 75 0.5 DATE '2026-01-31' ( ) ( ) and or not in between is null true has round "
    "coalesce days_between , = < >= + - * / select case over ; -- \u2019 \u00a0 \" ' . % [ ] { :: as"
)
signs = st.sampled_from(SIGNS.split(" "))


@settings(max_examples=500, deadline=None)
@given(st.lists(signs, max_size=25).map(" ".join) | st.text(max_size=40))
def test_anything_is_read_or_refused_with_a_place_in_it(text):
    try:
        read_condition(text, PEOPLE)
    except BadCondition as refused:
        assert all(0 <= problem.at <= len(text) and problem.what.endswith(".") for problem in refused.problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{agee} years", "Did you mean age?"),
        ("{conditions}", "cannot be said"),
        ("{age years", "A brace stands alone"),
        (" ", "1 to 300"),
    ],
)
def test_sayings_are_refused_too(text, says):
    with pytest.raises(BadCondition, match="character") as refused:
        read_saying(text, PEOPLE)
    assert says in str(refused.value)


def test_only_a_number_that_may_be_too_large_is_looked_at():
    """The score's weights are published; what a partner measures is not bounded by anyone."""
    assert "CASE" not in condition_sql(read_condition("hospital_frailty * 2 > 12.5", PEOPLE))
    assert "CASE" in condition_sql(read_condition("value * 2 > 12.5", EVENTS))
    most = PEOPLE.columns["hospital_frailty"].at_most
    assert most is not None
    assert sum(tenths for _, tenths in frailty_weights().tenths) / 10 <= most
