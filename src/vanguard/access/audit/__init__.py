"""The audit trail: who saw what about whom, why and when. On disk before any answer, and nothing in it can
be changed unseen: `write` returns once the line is durable; `verify` finds what was changed or removed."""

from vanguard.access.audit.copying import AuditFile, entry_files, standing
from vanguard.access.audit.examine import Finding, Verified
from vanguard.access.audit.heads import sign_now
from vanguard.access.audit.trail import AuditUnavailable, write
from vanguard.access.audit.verify import verify

__all__ = [
    "AuditFile",
    "AuditUnavailable",
    "Finding",
    "Verified",
    "entry_files",
    "sign_now",
    "standing",
    "verify",
    "write",
]
