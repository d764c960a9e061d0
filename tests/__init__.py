"""A package, so that no installed package of this name (ciw brings one) is found in its place."""
