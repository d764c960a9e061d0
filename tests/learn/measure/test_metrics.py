"""What new care models said they would measure: each metric of the history is measured, or said why not."""

import csv
from importlib import resources
from pathlib import Path
from typing import Any

from vanguard.blueprint import read, shipped
from vanguard.own_yaml import data_of

SAID: dict[str, Any] = data_of(Path("docs/not-measured.yaml").read_text("utf-8"))


def test_each_metric_of_the_history_is_measured_or_said_why_not() -> None:
    history = resources.files("vanguard.programme") / "history" / "metrics.csv"
    metrics = [row["short"] for row in csv.DictReader(history.read_text("utf-8").splitlines())]
    not_measured = [short for one in SAID["not_measured"] for short in one.get("metrics", ())]
    assert len(metrics) > 50
    assert sorted([*SAID["measured"], *not_measured]) == sorted(metrics), "each once, and no other"


def test_what_shows_a_metric_is_a_measure_of_a_shipped_blueprint() -> None:
    measures = {id for name in shipped() for id in read(name).measures}
    for metric, shown_by in SAID["measured"].items():
        assert shown_by and set(shown_by) <= measures, metric
    for one in SAID["not_measured"]:
        assert set(one.get("shown_by", ())) <= measures and one["why"].endswith("."), one["what"]
