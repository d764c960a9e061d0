"""How people take part: how far to go for a change, what they said by whatever way, and what was done about it.
Who said something stands nowhere: only what kind of person it was."""
