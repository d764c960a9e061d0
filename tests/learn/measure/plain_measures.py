"""Points of a measure worked out one event and one day at a time in plain Python: slow, and what SQL must equal."""

from datetime import date, timedelta

from vanguard.blueprint import Span
from vanguard.lake.condition import holds

DAY = timedelta(days=1)


class Town:
    """Rows of the lake as dicts, and what follows from them on a day."""

    def __init__(self, people, periods, events):
        self.people = {person["person_id"]: person for person in people}
        self.periods, self.events = periods, events

    def period_on(self, person_id, day):
        found = [p for p in self.periods if p["person_id"] == person_id and p["start"] <= day and not ended(p, day)]
        return found[0] if found else None

    def stood(self, person_id, day):
        """The person at the end of the month before `day`, as a row of features; None if not registered then."""
        month_end = day.replace(day=1) - DAY
        person, period = self.people.get(person_id), self.period_on(person_id, month_end)
        if person is None or period is None or (person["death_date"] and person["death_date"] <= month_end):
            return None
        born = person["birth_date"]
        age = month_end.year - born.year - ((month_end.month, month_end.day) < (born.month, born.day))
        return {"age": age, "sex": person["sex"], "practice": period["practice"], "area": period["area"]}

    def part(self, split, person_id, day, event=None):
        if split == "all":
            return "all"
        if split in ("place", "source"):
            return event[split]
        if split == "sex":
            return self.people[person_id]["sex"] if person_id in self.people else None
        if split == "age_band":
            stood = self.stood(person_id, day)
            return stood and band(stood["age"])
        period = self.period_on(person_id, day)
        if split == "locality":
            return "north" if period and period["practice"] == "K1" else None
        if split == "deprivation":
            return "2" if period else None
        return period and period[split]


def points(town, measure, split, intervals):
    """{(part, start): (numerator, denominator)} of the intervals (start, end); a denominator in person-years."""
    chosen, per = measure.count or measure.sum, measure.per
    by_time = per is not None and per.of in ("person_years", "people")
    found = {}

    def add(part, day, place, amount):
        start = next((start for start, end in intervals if start <= day <= end), None)
        if part is not None and start is not None:
            found.setdefault((part, start), [0, 0])[place] += amount

    for event in town.events:
        day = time_of(event, measure)[0]
        if day is None or not fits(town, event, chosen):
            continue
        part = town.part(split, event["person_id"], event["date"], event)
        amount = 1 if measure.sum is None else event[measure.sum.what]
        if amount is None or (by_time and town.period_on(event["person_id"], event["date"]) is None):
            continue
        if per is not None and per.of == "all_counted":
            add(part, day, 1, 1)
        if measure.followed_by is None or follows(town, event, measure):
            add(part, day, 0, amount)
    if per is not None and per.of == "events":
        for event in town.events:
            if event["date"] and fits(town, event, per):
                add(town.part(split, event["person_id"], event["date"], event), event["date"], 1, 1)
    if by_time:
        for start, end in intervals:
            days = [end] if per.of == "people" else [start + n * DAY for n in range((end - start).days + 1)]
            for day in days:
                for person_id in town.people:
                    stands_on = day + DAY if per.of == "people" else day
                    stood = town.stood(person_id, stands_on)
                    if town.period_on(person_id, day) is None or (per.whom and not (stood and holds(per.whom, stood))):
                        continue
                    part = band(stood["age"]) if split == "age_band" and stood else None
                    part = part if split == "age_band" else town.part(split, person_id, day)
                    add(part, day, 1, 1 if per.of == "people" else 1 / 365.25)
    return found


def fits(town, event, chosen):
    if event["known_to"] is not None or (chosen.where is not None and holds(chosen.where, event) is not True):
        return False
    if chosen.codes is not None and not any(code.startswith("icd10:W") for code in event["codes"]):
        return False
    if chosen.whom is None:
        return True
    stood = event["date"] and town.stood(event["person_id"], event["date"])
    return bool(stood) and holds(chosen.whom, stood) is True


def time_of(event, measure):
    """The day and instant from which time runs."""
    by_end = measure.followed_by is not None and measure.followed_by.after == "end"
    return (event["end_date"], event["end"]) if by_end else (event["date"], event["start"])


def follows(town, event, measure):
    after, (day, instant) = measure.followed_by, time_of(event, measure)
    for other in town.events:
        if other["person_id"] != event["person_id"] or other["event_id"] == event["event_id"] or not other["date"]:
            continue
        if not fits(town, other, after) or other["date"] < day:
            continue
        if other["date"] == day and other["timed"] and event["timed"] and other["start"] < instant:
            continue
        late = (
            other["date"] > day + after.within.days * DAY
            if isinstance(after.within, Span)
            else other["start"] > instant + after.within
        )
        if not late:
            return not after.never
    return after.never


def ended(period, day: date) -> bool:
    return period["end"] is not None and period["end"] <= day


def band(age):
    return "90+" if age >= 90 else f"{age // 5 * 5:02}-{age // 5 * 5 + 4:02}"
