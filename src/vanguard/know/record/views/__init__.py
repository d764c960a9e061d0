"""The pages of this room: the person, who to help next, search, breaking the glass, the data."""
