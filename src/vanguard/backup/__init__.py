"""The whole place in one encrypted file, made while the service runs, and the place again from such a file.
A server seals with a public key that it was given, so it cannot read its own backups."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.backup.making import Made, back_up
    from vanguard.backup.restoring import Restored, restore
    from vanguard.backup.sealing import read_identity, read_recipient, write_new_identity

# A command is looked up before Django's tables are ready, so the door opens on first use.
DOOR = {
    "Made": "making",
    "Restored": "restoring",
    "back_up": "making",
    "read_identity": "sealing",
    "read_recipient": "sealing",
    "restore": "restoring",
    "write_new_identity": "sealing",
}

__all__ = ["Made", "Restored", "back_up", "read_identity", "read_recipient", "restore", "write_new_identity"]

__getattr__ = opens(__name__, DOOR)
