"""A blueprint's README for people, as paragraphs: the little of Markdown that it uses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SIGNS = re.compile(r"\*|`")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, or a list: its texts, without the signs of Markdown."""

    kind: Literal["heading", "paragraph", "list"]
    texts: tuple[str, ...]


def readme(folder: Path) -> tuple[Block, ...]:
    """What README.md of a blueprint's folder says below its title; nothing where there is none."""
    try:
        text = (folder / "README.md").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    for part in re.split(r"\n\s*\n", SIGNS.sub("", text)):
        lines = part.strip().splitlines()
        if not lines or lines[0].startswith("# "):
            continue
        if lines[0].startswith("#"):
            yield Block("heading", (lines[0].lstrip("# "),))
            lines = lines[1:]
        if lines and lines[0].startswith("- "):
            yield Block(
                "list", tuple(" ".join(one.split()) for one in re.split(r"(?:^|\n)- ", "\n".join(lines)) if one)
            )
        elif lines:
            yield Block("paragraph", (" ".join(lines),))
