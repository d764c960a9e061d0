"""Sites and all that is said of each: type, partners, initiatives by capability, targets.
With pages of a site, the map and the guide; all else are pages of tables."""
