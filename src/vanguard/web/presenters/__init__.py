"""How things are said on a screen: dates, times, ages, names, numbers. Pure functions, one way to say each.
Follows the NHS service manual: 6 August 2018, 5.30pm, 999 123 4567, 1,000."""

from vanguard.web.presenters.numbers import about, count, few, pounds, quantity, things
from vanguard.web.presenters.people import age, age_in_words, banner_name, nhs_number, sex
from vanguard.web.presenters.times import (
    ago,
    clock_time,
    day,
    day_and_time,
    lasting,
    month,
    near,
    part_day,
    span,
    weekday,
)
from vanguard.web.presenters.words import kind, method, plain, sentence, setting, source

__all__ = [
    "about",
    "age",
    "age_in_words",
    "ago",
    "banner_name",
    "clock_time",
    "count",
    "day",
    "day_and_time",
    "few",
    "kind",
    "lasting",
    "method",
    "month",
    "near",
    "nhs_number",
    "part_day",
    "plain",
    "pounds",
    "quantity",
    "sentence",
    "setting",
    "sex",
    "source",
    "span",
    "things",
    "weekday",
]
