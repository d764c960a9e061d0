"""Named, so that no library which ships a package of this name stands before it (ciw does)."""
