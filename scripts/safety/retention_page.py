"""What is kept for how long, how it goes, and what that means for people's rights."""

from .governance import models, retention
from .markdown import listed, table


def markdown() -> str:
    """The whole page."""
    told = retention()
    gaps = [f"{one.what}: {one.gap}" for one in told.kept if one.gap]
    gaps += [f"{one.right}: {one.gap}" for one in told.rights if one.gap]
    return "\n".join(
        [
            "# What is kept, and for how long",
            "",
            "Facts of the software as it is. How long health records are to be kept is not for software to say: a "
            "place decides by the Records Management Code of Practice of NHS England, and writes down what it does "
            "where the software does not do it.",
            "",
            *table(
                ["What", "Where", "For how long", "How it goes"],
                ([_what(one.what, one.tables), one.where, one.kept_for, one.goes] for one in told.kept),
            ),
            "## People's rights",
            "",
            *table(["Right", "Here", "The place"], ([one.right, one.here, one.place] for one in told.rights)),
            "## Gaps",
            "",
            "What the software does not do yet, so that a place must:",
            "",
            *listed(gaps),
            "## Tables of the service's database",
            "",
            *table(["Table", "One row is"], ([f"`{name}`", words] for name, words in models().items())),
        ]
    )


def _what(what: str, names: tuple[str, ...]) -> str:
    return f"{what} ({', '.join(f'`{one}`' for one in names)})" if names else what
