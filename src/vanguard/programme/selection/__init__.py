"""How sites are chosen: steps of a round, who applied, the vote among applicants, the board's decision, announcement.
Each round, past or under way, is rows of these tables; the chosen become sites when they are announced."""
