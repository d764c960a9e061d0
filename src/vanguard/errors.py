"""Errors that a user may meet, each one a sentence: what, where, what to do.
The command prints them and exits 1; a traceback is always a fault of ours."""


class BadInput(Exception):
    """Input that cannot be used. `str()` is the sentence shown to the user."""

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        """`where` names the file, line and column; `do` says what would put it right."""
        self.what, self.where, self.do = what, where, do
        super().__init__(" ".join(part for part in (f"{where}:" if where else "", what, do) if part))


class Busy(BadInput):
    """Another process is writing to the same place."""
