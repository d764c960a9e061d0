"""What the programme does for its sites: the areas in which it gives support, what each site gets, asks and awaits.
Whether it helped is asked of the sites, and counted by area."""
