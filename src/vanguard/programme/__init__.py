"""Many places: a programme's own installation, with its sites, their partners, aims and money, and what sources say.
It holds no persons. Each of its tables is declared once, with `tables.Table`, and has pages, files and search."""
