"""The page on the OWASP standard: docs/security/asvs.yaml as tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vanguard.own_yaml import data_of

STATES = {
    "how": "met",
    "partly": "partly met",
    "place": "left to the place",
    "not_met": "not met",
    "does_not_apply": "does not apply",
}


@dataclass(frozen=True)
class Line:
    """One requirement: its number, how it stands (a key of STATES), why, and the tests that show it."""

    id: str
    about: str
    state: str
    words: str
    tests: tuple[str, ...]


def read_lines(path: Path) -> list[Line]:
    """Every requirement in order. Raises KeyError where a line says nothing we know."""
    sections = data_of(path.read_text("utf-8"))["sections"]
    return [line for section in sections for line in _of_section(section)]


def _of_section(section: Mapping[str, Any]) -> Iterator[Line]:
    lines = section.get("lines") or dict.fromkeys(range(1, section.get("count", 0) + 1), section.get("every"))
    for number, said in lines.items():
        [state] = [one for one in STATES if one in said]
        words = f"{said[state]} Lacking: {said['lacks']}" if state == "partly" else said[state]
        yield Line(f"{section['id']}.{number}", section["about"], state, words, tuple(said.get("tests", ())))


def markdown(path: Path) -> str:
    lines = read_lines(path)
    counts = Counter(line.state for line in lines)
    totals = ", ".join(f"{words}: {counts[state]}" for state, words in STATES.items())
    made = [
        "# Security requirements (OWASP ASVS)",
        "",
        "How Vanguard stands to levels 1 and 2 of the [OWASP Application Security Verification Standard]"
        f"(https://github.com/OWASP/ASVS) 5.0.0, by our own account. Of {len(lines)} requirements, {totals}. "
        "Numbers are the standard's, words are ours, and each test is run with every change.",
    ]
    about = ""
    for line in lines:
        if line.about != about or line.id.endswith(".1"):
            about = line.about
            made += ["", f"## {line.id.rpartition('.')[0]} {about[:1].upper()}{about[1:]}", ""]
            made += ["| no. | state | how, or why not | shown by |", "|---|---|---|---|"]
        tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in line.tests)
        made.append(f"| {line.id} | {STATES[line.state]} | {line.words} | {tests} |")
    return "\n".join(made) + "\n"
