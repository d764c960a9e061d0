"""The page of measures: what the shipped blueprints measure, and what others measured that they do not."""

import csv
from importlib import resources
from pathlib import Path

from vanguard.blueprint import Blueprint, Measure, read, shipped
from vanguard.own_yaml import data_of

BETTER = {"up": "higher", "down": "lower", "neither": "neither"}


def markdown(not_measured: Path) -> str:
    """The page, from the blueprints and the list in `not_measured`."""
    lines = ["# What is measured, and what is not", ""]
    for blueprint in (read(name) for name in shipped()):
        if blueprint.measures:
            lines += [f"## {blueprint.label}", "", "| measure | what it says | every | split by | better | source |"]
            lines += ["|---|---|---|---|---|---|"]
            lines += [_row(blueprint, one) for one in blueprint.measures.values()]
            lines.append("")
    lines += [
        "## What cannot be shown",
        "",
        "Measures that new care models of 2015 named, which need what no extract and none of our own events say.",
        "",
        "| what | why not | near it |",
        "|---|---|---|",
    ]
    labels = {id: one.label for name in shipped() for id, one in read(name).measures.items()}
    said = data_of(not_measured.read_text("utf-8"))
    for one in said["not_measured"]:
        near = "; ".join(labels[id] for id in one.get("shown_by", ()))
        lines.append(f"| {one['what']} | {one['why']} | {near} |")
    lines += [
        "",
        "## What others named, and where it is",
        "",
        "What new care models of 2015 said they would measure and the shipped blueprints do.",
        "",
        "| what | measured as |",
        "|---|---|",
    ]
    history = resources.files("vanguard.programme") / "history" / "metrics.csv"
    named = {row["short"]: row["name"] for row in csv.DictReader(history.read_text("utf-8").splitlines())}
    for metric, shown_by in said["measured"].items():
        lines.append(f"| {named[metric]} | {'; '.join(labels[id] for id in shown_by)} |")
    return "\n".join([*lines, ""])


def _row(blueprint: Blueprint, one: Measure) -> str:
    splits = ", ".join(name.replace("_", " ") for name in one.by) or "nothing"
    source = blueprint.sources.get(one.source.cites)
    said = source.title if source else one.source.cites.replace("_", " ")
    return f"| {one.label} | {one.definition} | {one.interval} | {splits} | {BETTER[one.direction]} | {said} |"
