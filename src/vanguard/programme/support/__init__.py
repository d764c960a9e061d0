"""What the programme does for its sites: the areas in which it gives support."""
