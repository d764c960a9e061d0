"""What a condition may say, and the sentence that refuses anything else."""

import pytest

from vanguard.lake import tables
from vanguard.lake.condition import BadCondition, Vocabulary, read_condition, read_saying

PEOPLE = Vocabulary.over(
    tables()["person_feature"].columns,
    {"conditions": ["copd", "dementia"], "hospital_frailty_band": ["low", "intermediate", "high"]},
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
    ],
)
def test_these_are_conditions(text):
    assert read_condition(text, PEOPLE).text == text


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "empty"),
        ("agee >= 75", 0, "Did you mean age?"),
        ("age >= 75 and frailty > 1", 14, "There is no column frailty"),
        ("has(condition, 'copd')", 4, "Did you mean conditions?"),
        ("has(conditions, 'cpod')", 16, "Did you mean copd?"),
        ("hospital_frailty_band = 'hihg'", 24, "Did you mean high?"),
        ("hospital_frailty_band in ('low', 'middle')", 33, "never holds 'middle'"),
        ("haz(conditions, 'copd')", 0, "Did you mean has?"),
        ("has(conditions, copd)", 16, "There is no column copd"),
        ("has(conditions)", 0, "has cannot be used like this"),
        ("has(age, 'copd')", 0, "has cannot be used like this"),
        ("age", 0, "This is a number; something that is true or false is needed here."),
        ("age and care_package", 0, "This is a number"),
        ("age > 'old'", 0, "A number cannot be compared with a text"),
        ("practice < 'K82001'", 0, "A text has no order"),
        ("last_admission > '2026-01-31'", 0, "Write a day as DATE '2026-01-31'."),
        ("last_admission > DATE '2026-02-31'", 22, "There is no day 2026-02-31"),
        ("age > (select 75)", 14, "may not ask another table"),
        ("age in (select 75)", 0, "Only written values may stand after in"),
        ("age in (bed_days_12m)", 0, "Only written values may stand after in"),
        ("exists(select 1)", 14, "may not ask another table"),
        ("age > 1; drop table person", 0, "not allowed: block"),
        ("age > null", 0, "null can only stand after is"),
        ("care_package is true", 0, "After is only null"),
        ("age::text = '75'", 0, "Types cannot be changed"),
        ("age % 2 = 0", 0, "not allowed: mod"),
        ("practice like 'K%'", 0, "not allowed: like"),
        ("person_feature.age > 1", 0, "without a table"),
        ("person_id in ('a') and sum(age) > 1", 23, "There is no function sum"),
        ("now() > month_end", 0, "There is no function"),
        ("case when care_package then true end", 10, "There is no function case"),
        ("age > 1e999", 6, "too large"),
        ("age / (bed_days_12m / 2) > 1", 7, "divisor"),
        ("conditions = conditions", 0, "Lists cannot be compared"),
        ("1 < age < 3", 0, "A bool cannot be compared with a number"),
        ("age >=", 4, "cannot be read"),
        ("age >= 75 order by 1", 10, "near order by"),
        ("age = 'unclosed", 6, "never closed"),
        ("age = 1 -- one", 8, "no comments"),
        ("age = ?", 0, "not allowed: placeholder"),
    ],
)
def test_these_are_refused_with_place_and_reason(text, at, says):
    with pytest.raises(BadCondition) as refused:
        read_condition(text, PEOPLE)
    shown = [(problem.at, f"{problem.what} {problem.do}") for problem in refused.value.problems]
    assert any(says in sentence for _, sentence in shown), shown
    assert at in [place for place, _ in shown], shown


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
        "care_package" + " or care_package" * 10_000,
    ],
)
def test_what_would_take_long_or_much_memory_is_refused(text):
    with pytest.raises(BadCondition, match=r"nested|characters"):
        read_condition(text, PEOPLE)


def test_a_long_flat_condition_is_read():
    text = " or ".join(f"age = {number}" for number in range(250))
    assert read_condition(text, PEOPLE)


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
