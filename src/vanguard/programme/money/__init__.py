"""Money for sites: funds, what was awarded out of them, in principle or approved, and what was drawn.
No award may go over its fund, no part over its award, and nothing is drawn that was not approved."""
