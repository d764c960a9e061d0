"""Checking the audit trail: every line, every link, every file that the ledger names."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from vanguard.access.audit.chain import is_whole, own_hash, true_hash
from vanguard.access.audit.ledger import LEDGER, read_ledger, tail


@dataclass(frozen=True)
class Finding:
    """Something wrong or worth knowing. `tampering` is False for a line that a crash tore."""

    file: str
    line: int
    what: str
    tampering: bool = True


@dataclass(frozen=True)
class Verified:
    """`head` is the ledger's last hash: a copy kept elsewhere proves later that nothing was cut."""

    files: int
    lines: int
    head: str
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        return not any(one.tampering for one in self.findings)


def verify(folder: Path, *, head: str | None = None) -> Verified:
    """Check the trail in `folder`; `head`, if given, is a hash that the ledger must still contain."""
    findings: list[Finding] = []
    lines = 0
    ledger = read_ledger(folder)
    ledger_hashes = _check_file(folder / LEDGER, findings)
    opened = {entry["file"] for entry in ledger if entry["what"] == "opened"}
    present = {path.name for path in folder.glob("*.jsonl")} - {LEDGER}
    findings += [Finding(name, 0, "The file is gone.") for name in sorted(opened - present)]
    findings += [
        # A crash between making a file and entering it leaves it empty: nothing was ever said in it.
        Finding(name, 0, "The ledger does not know this file.", tampering=bool((folder / name).stat().st_size))
        for name in sorted(present - opened)
    ]
    for name in sorted(present):
        lines += len(_check_file(folder / name, findings))
    for entry in ledger:
        if entry["what"] == "sealed" and entry["file"] in present:
            end = tail(folder / entry["file"])
            if (end.lines, end.last, end.torn) != (entry["lines"], entry["last"], entry["torn"]):
                findings.append(
                    Finding(entry["file"], end.lines, f"It ended after line {entry['lines']} when it was sealed.")
                )
    if head is not None and head not in ledger_hashes:
        findings.append(Finding(LEDGER, 0, "The hash kept elsewhere is not in the ledger."))
    return Verified(len(present), lines, ledger_hashes[-1] if ledger_hashes else "", tuple(findings))


def _check_file(path: Path, findings: list[Finding]) -> list[str]:
    """The hashes of a file's whole lines; what is wrong is added to `findings`."""
    hashes: list[str] = []
    if not path.exists():
        return hashes
    prev = ""
    rows = path.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(rows, 1):
        if not is_whole(line):
            last = number == len(rows)
            # The ledger is written again after a crash, an audit file never.
            crash = last or path.name == LEDGER
            findings.append(Finding(path.name, number, "The line is torn, as by a crash.", tampering=not crash))
            continue
        if own_hash(line) != true_hash(line):
            findings.append(Finding(path.name, number, "The line was changed."))
        try:
            stated = orjson.loads(line)["prev"]
        except (orjson.JSONDecodeError, KeyError):
            stated = None
        if stated != prev:
            findings.append(Finding(path.name, number, "A line before this one was removed, added or changed."))
        prev = own_hash(line)
        hashes.append(prev)
    return hashes
