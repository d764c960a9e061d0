"""What is said of a file that is not YAML, or not the YAML that its writer thinks it is."""

import re
from pathlib import Path

import yaml

from vanguard.errors import BadInput

# What libyaml says, and what a person who has never heard of YAML needs to know.
YAML_FAULTS = {
    "mapping values are not allowed": ("A colon stands where none can be.", "Put a text that holds a colon in quotes."),
    "could not find expected ':'": ("A name without a value stands here.", "Write name: value."),
    "did not find expected ',' or '}'": ("The bracket { is not closed, or a comma is missing.", "Close it with }."),
    "did not find expected ',' or ']'": ("The bracket [ is not closed, or a comma is missing.", "Close it with ]."),
    "did not find expected key": (
        "This does not line up with what stands above.",
        "Indent what belongs together alike.",
    ),
    "did not find expected '-' indicator": (
        "This does not line up with the list above.",
        "Begin it with - below the others.",
    ),
    "found unexpected end of stream": ("A quote is not closed.", "Close it with the same quote."),
    "block sequence entries are not allowed": ("A list cannot begin here.", "Begin it on a new line."),
    "block mapping entries are not allowed": ("A mapping cannot begin here.", "Begin it on a new line."),
    "undefined tag handle": ("A ! stands before this.", "Put the text in quotes."),
    "cannot start any token": ("A text cannot begin with this letter.", "Put the text in quotes."),
    "unknown escape": ("A \\ within double quotes means something else.", "Use single quotes."),
}


def not_yaml(path: Path, text: str, error: yaml.MarkedYAMLError) -> BadInput:
    """Why a file is not valid YAML, for a person who has never heard of it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return BadInput("This is not valid YAML.", where=str(path))
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        where = f"{path}:{mark.line + 1}:{indent.index(chr(9)) + 1}"
        return BadInput("A tab stands here.", where=where, do="Indent with spaces.")
    said = f"{error.problem or ''} {error.context or ''}"
    if "did not find expected ','" in said and (cut := _cut_off(line, mark.column)):
        column, text = cut
        what, do = in_quotes(text)
        return BadInput(what, where=f"{path}:{mark.line + 1}:{column + 1}", do=do)
    what, do = next(
        (found for fault, found in YAML_FAULTS.items() if fault in said),
        (f"This is not valid YAML: {error.problem or error.context}.", "Check indentation, colons and quotes."),
    )
    begun = error.context_mark if "end of stream" in said and error.context_mark else mark
    return BadInput(what, where=f"{path}:{begun.line + 1}:{begun.column + 1}", do=do)


def _cut_off(line: str, end: int) -> tuple[int, str] | None:
    """Where a text begins whose bracket ( is still open where YAML could not go on, and the whole of it."""
    opened: list[int] = []
    for at, letter in enumerate(line[:end]):
        if letter == "(":
            opened.append(at)
        elif letter == ")" and opened:
            opened.pop()
    if not opened:
        return None
    before = [line.rfind(sign, 0, opened[0]) + len(sign) for sign in (": ", ", ", "{", "[") if sign in line]
    begun = max([len(line) - len(line.lstrip()), *before])
    depth = 0
    for at in range(opened[0], len(line)):
        depth += {"(": 1, ")": -1}.get(line[at], 0)
        if depth == 0:
            rest = re.match(r"[^,{}\[\]]*", line[at + 1 :])
            return begun, line[begun : at + 1] + (rest[0] if rest else "")
    return begun, line[begun:]


def in_quotes(text: str) -> tuple[str, str]:
    """What is said of a text that a comma has cut off."""
    return "A comma ends this text, since it stands in { } or [ ].", f'Put the whole text in double quotes: "{text}".'
