"""What sources say of places that are no sites: figures, problems and what is hoped for, partners, tiers."""
