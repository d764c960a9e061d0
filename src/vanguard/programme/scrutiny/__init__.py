"""Committees that look on: what they met about, asked, recommended and rated, and what the public asked them.
All of it is public, and none of it names a person."""
