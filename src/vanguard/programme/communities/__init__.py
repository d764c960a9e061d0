"""Communities of practice: who learns together beyond the sites that were chosen, and what each gets.
Later sites that take up a care model, and places that applied and were not chosen."""
