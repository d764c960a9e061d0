"""A place of people over years: by age, need and locality, between home, care and death, day by day.
`chain` runs a future and credits each change with what it does; rates are stated or counted from the lake."""
