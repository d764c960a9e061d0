"""What a page of its own shows in a table: cells of words, with a link, a coloured tag and a note where there are any.
Drawn by the macro `sheet` of `programme/sheet.html`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """One cell. `tag` stands after the text, in one of the colours of the design system."""

    text: str
    href: str = ""
    tag: str = ""
    colour: str = ""
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a row's page that is made of other tables: a sheet of lines below a heading, and a note."""

    id: str
    words: str
    heads: tuple[str, ...]
    lines: list[list[Shown]]
    note: str = ""
