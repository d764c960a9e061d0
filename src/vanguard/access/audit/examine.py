"""Examining the audit trail: every line, every link, every file that the ledger or a signed head names.

Pure: it works on the files' bytes by name, and asks for each file once, whatever its size.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from vanguard.access.audit.chain import digest_of, is_whole, may_be_torn, own_hash, true_hash
from vanguard.access.audit.heads import NAME, Head, Reach, day_of, read_head
from vanguard.access.audit.ledger import LEDGER, entries_of

COMPARE = "Compare it with the file in your last backup, and tell the privacy officer."
MISSED = "Look for it in your last backup, and tell the privacy officer."
MENDED = "After a crash while it was signed, `vanguard audit head` mends this; otherwise tell the privacy officer."
NOTHING = "There is nothing to do."
KEPT = "what was kept elsewhere"


@dataclass(frozen=True)
class Finding:
    """Something wrong or worth knowing. `tampering` is False for what a crash leaves."""

    file: str
    line: int
    what: str
    do: str = COMPARE
    tampering: bool = True

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.what} {self.do}"


@dataclass(frozen=True)
class Verified:
    """`head` is the hash of the last signed head and `ledger` of the ledger's last line: a copy of either, kept
    elsewhere, proves later that nothing was cut."""

    files: int
    lines: int
    heads: int
    head: str
    ledger: str
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        return not any(one.tampering for one in self.findings)


@dataclass
class Checked:
    """One chained file: the hashes of its whole lines and the bytes of a line that was torn after them."""

    hashes: list[str] = field(default_factory=list)
    torn: bytes = b""


def examine(
    trail: Mapping[str, bytes],
    *,
    keys: Collection[str],
    hashes: Collection[str] = (),
    heads: Collection[bytes] = (),
    written: Collection[str] = (),
    told: Callable[[Iterator[str]], Iterator[str]] = iter,
) -> Verified:
    """Check files by name and content; `written` are those whose writer is alive.

    `hashes` and `heads` are what was kept elsewhere: hashes of the ledger's lines or of heads, and whole heads.
    `keys` are the public keys that may have signed. `told` is given the files' names to pass them on.

    Without any key a signature is checked with the key that its head names, which proves less.
    """
    findings: list[Finding] = []
    ledger_bytes = trail.get(LEDGER, b"")
    ledger = _check_lines(LEDGER, ledger_bytes, findings, torn_may_follow=True)
    entries = entries_of(ledger_bytes)
    opened = {entry["file"] for entry in entries if entry["what"] == "opened"}
    present = {name for name in trail if name.endswith(".jsonl")} - {LEDGER}
    chain = _check_heads(trail, keys, entries, findings)
    claims: dict[str, list[tuple[Reach, str]]] = defaultdict(list)
    for head in chain:
        for reach in (*head.files, head.ledger):
            claims[reach.file].append((reach, head.name))
    for data in heads:
        _check_kept(data, keys, chain, claims, findings)
    findings += [Finding(name, 0, "The file is gone.", MISSED) for name in sorted((opened | {*claims}) - {*trail})]
    seals = {entry["file"]: entry for entry in entries if entry["what"] == "sealed"}
    lines = 0
    for name in told(iter(sorted(present))):
        data = trail[name]
        if name not in opened:
            # A crash between making a file and entering it leaves it empty: nothing was ever said in it.
            findings.append(
                Finding(name, 0, "The ledger does not know this file.", COMPARE if data else NOTHING, bool(data))
            )
        checked = _check_lines(name, data, findings, written=name in written)
        lines += len(checked.hashes)
        _check_seal(name, checked, seals.get(name), findings)
        _check_reaches(name, checked, claims[name], findings)
    _check_reaches(LEDGER, ledger, claims[LEDGER], findings)
    strange = {name for name in trail if not NAME.fullmatch(name)} - present - {LEDGER}
    findings += [Finding(name, 0, "This file does not belong here.") for name in sorted(strange)]
    findings += _days_without_head(opened | present, chain)
    known = {*ledger.hashes, *(head.hash for head in chain)}
    findings += [
        Finding(LEDGER, 0, f"The hash {one} kept elsewhere is nowhere in the trail.", MISSED)
        for one in sorted(set(hashes) - known)
    ]
    return Verified(
        files=len(present),
        lines=lines,
        heads=len(chain),
        head=chain[-1].hash if chain else "",
        ledger=ledger.hashes[-1] if ledger.hashes else "",
        findings=tuple(findings),
    )


def _check_lines(
    name: str, data: bytes, findings: list[Finding], *, torn_may_follow: bool = False, written: bool = False
) -> Checked:
    """The hashes of a chained file's whole lines; what is wrong is added to `findings`.

    The ledger is written again after a crash (`torn_may_follow`), an audit file never.
    """
    checked = Checked()
    prev, number = "", 0
    torn: list[bytes] = []
    rows = data.split(b"\n")
    for number, row in enumerate(rows, 1):
        line = row + b"\n" if number < len(rows) else row
        if not line:
            break
        if not is_whole(line):
            torn.append(line)
            continue
        if own_hash(line) != true_hash(line):
            findings.append(Finding(name, number, "The line was changed."))
        try:
            said = orjson.loads(line)
            stated, before = said["prev"], said.get("torn_before", "")
        except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError):
            stated, before = None, ""
        if before != digest_of(b"".join(torn).rstrip(b"\n")) or (torn and not torn_may_follow):
            findings.append(Finding(name, number - len(torn), "The line was changed."))
        elif torn:
            findings.append(_torn(name, number - len(torn)))
        if stated != prev:
            findings.append(Finding(name, number, "A line before this one was removed, added or changed."))
        prev, torn = own_hash(line), []
        checked.hashes.append(prev)
    checked.torn = b"".join(torn)
    if torn and not may_be_torn(checked.torn):
        findings.append(Finding(name, len(checked.hashes) + 1, "The line was changed."))
    elif torn and not written:
        findings.append(_torn(name, len(checked.hashes) + 1))
    return checked


def _torn(name: str, line: int) -> Finding:
    return Finding(name, line, "The line is torn, as by a crash.", NOTHING, tampering=False)


def _check_seal(name: str, checked: Checked, seal: Mapping[str, object] | None, findings: list[Finding]) -> None:
    if seal is None:
        return
    last = checked.hashes[-1] if checked.hashes else ""
    if (len(checked.hashes), last, digest_of(checked.torn)) != (seal["lines"], seal["last"], seal["torn"]):
        what = f"It ended after line {seal['lines']} when it was sealed."
        findings.append(Finding(name, len(checked.hashes), what))


def _check_reaches(name: str, checked: Checked, claims: list[tuple[Reach, str]], findings: list[Finding]) -> None:
    """The file is at least as long as each head says, and is there what it was."""
    for reach, by in claims:
        if len(checked.hashes) < reach.lines:
            what = f"It had {reach.lines} lines when {by} was signed, and has {len(checked.hashes)}."
            findings.append(Finding(name, len(checked.hashes), what))
        elif reach.lines and checked.hashes[reach.lines - 1] != reach.last:
            findings.append(Finding(name, reach.lines, f"The line is not the one that {by} was signed for."))


def _check_heads(
    trail: Mapping[str, bytes], keys: Collection[str], entries: list[dict[str, str]], findings: list[Finding]
) -> list[Head]:
    """The heads that can be believed, in order; each must follow the one before."""
    named = {entry["file"]: entry["hash_of"] for entry in entries if entry["what"] == "head"}
    names = sorted(name for name in trail if NAME.fullmatch(name))
    gone = sorted(set(named) - set(names))
    findings += [Finding(name, 0, "The signed head is gone.", MISSED) for name in gone]
    chain: list[Head] = []
    prev, number = "", 0
    for name in names:
        data = trail[name]
        head = read_head(data)
        if head is None:
            findings.append(Finding(name, 1, "The head was changed: its signature does not fit."))
        elif head.name != name:
            findings.append(Finding(name, 1, f"The head was renamed: it is {head.name}."))
        elif keys and head.key not in keys:
            what = f"The head was signed with another key, {head.key}."
            findings.append(Finding(name, 1, what, "If the place once had this key, give it with --key."))
        else:
            chain.append(head)
        if name not in named:
            findings.append(Finding(name, 1, "The ledger does not name this head.", MENDED))
        elif named[name] != digest_of(data):
            findings.append(Finding(name, 1, "The head is not the one that the ledger names."))
        if head is not None and (head.prev != prev or head.number != number + 1):
            findings.append(Finding(name, 1, "A head before this one was removed, added or changed.", MISSED))
        prev, number = digest_of(data), int(name[5:11])
    return chain


def _check_kept(
    data: bytes,
    keys: Collection[str],
    chain: list[Head],
    claims: dict[str, list[tuple[Reach, str]]],
    findings: list[Finding],
) -> None:
    """A head kept elsewhere is among the heads, and what it says of the files holds."""
    head = read_head(data)
    if head is None or (keys and head.key not in keys):
        findings.append(Finding(KEPT, 0, "It is not a head that this place's key signed.", "Look for the right copy."))
        return
    if head.hash not in {one.hash for one in chain}:
        findings.append(Finding(head.name, 0, "The head kept elsewhere is not among the heads here.", MISSED))
    for reach in (*head.files, head.ledger):
        claims[reach.file].append((reach, f"{head.name} kept elsewhere"))


def _days_without_head(names: Collection[str], chain: list[Head]) -> list[Finding]:
    """Whoever opens the first file of a day signs the days before it, so none of these can be without a head."""
    days = sorted({day for day in map(day_of, names) if day})
    signed = max((head.day for head in chain if not head.so_far), default=None)
    return [
        Finding(f"{day.isoformat()}-*.jsonl", 0, "No signed head covers this day.", MISSED)
        for day in days[:-1]
        if signed is None or day > signed
    ]
