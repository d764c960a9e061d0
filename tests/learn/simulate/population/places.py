"""Small populations for tests: made as a file would make them."""

from typing import Any

from tests.learn.simulate.services import CITED, frozen

from vanguard.blueprint import Population


def population(**more: Any) -> Population:
    """Two bands of age, two needs, two localities; home, a ward from which people go back, a home for good, death."""
    whole: dict[str, Any] = {
        "people": 20_000,
        "first_year": 2015,
        "ages": {
            "young": {"label": "Young", "from": 0, "share": 0.7},
            "old": {"label": "Old", "from": 65, "share": 0.3},
        },
        "localities": {"hill": {"label": "Hill", "share": 0.6}, "dale": {"label": "Dale", "share": 0.4}},
        "needs": {"few": {"label": "Few"}, "many": {"label": "Many", "when": "condition_count >= 3"}},
        "need_of_ages": {"young": {"few": 1.0}, "old": {"few": 0.6, "many": 0.4}},
        "worsens": {"few": {"per_year": 0.03, "by_age": {"young": 0.1}}},
        "births_per_1000": 12.0,
        "comes_per_1000": {"young": 30.0, "old": 10.0},
        "goes_per_1000": {"young": 25.0, "old": 8.0},
        "places": {
            "lane": {
                "label": "At home",
                "moves": {
                    "ward": {"per_year": 0.1, "by_age": {"old": 3.0}, "by_need": {"many": 2.0}},
                    "lodge": {"per_year": 0.002, "by_age": {"young": 0.0, "old": 10.0}},
                    "gone": {"per_year": 0.004, "by_age": {"old": 8.0}},
                },
            },
            "lodge": {
                "label": "In a lodge",
                "beds": True,
                "pence_a_day": 10_000,
                "staff": {"warden": 0.1},
                "moves": {"ward": {"per_year": 0.8}, "gone": {"per_year": 0.3}},
            },
            "ward": {
                "label": "In a ward",
                "beds": True,
                "pence_a_day": 35_000,
                "pence_each": 20_000,
                "moves": {"gone": {"per_year": 1.0}},
                "stays_days": 8.0,
                "then": {"back": 0.9, "lodge": 0.1},
                "known": {"where": "setting = 'inpatient'"},
            },
            "gone": {"label": "Died"},
        },
        "changes": {
            "time": {"label": "Time", "kind": "people", "source": CITED},
            "illness": {"label": "Illness", "kind": "need", "yearly": 0.1, "source": CITED},
            "fewer": {
                "label": "Fewer admissions",
                "kind": "moves",
                "moves": [{"from": "lane", "to": "ward"}, {"from": "lodge", "to": "ward"}],
                "times": {"kind": "uniform", "low": 0.7, "high": 0.9},
                "ages": ["old"],
                "source": CITED,
            },
            "shorter": {
                "label": "Shorter stays",
                "kind": "stays",
                "at": ["ward"],
                "times": {"kind": "fixed", "value": 0.5},
                "from_year": 2016,
                "source": CITED,
            },
        },
        "expected": ["time", "illness"],
        "futures": {"plan": {"label": "A plan", "does": ["fewer", "shorter"], "source": CITED}},
        "source": CITED,
    }
    return Population.model_validate(frozen(whole | more), context={})
