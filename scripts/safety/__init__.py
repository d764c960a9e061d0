"""The safety and information-governance pages, and the proof that each control of the hazard log is tested.
Everything is read from the living files: the hazard log, the feeds, the lake's schema, the access policy."""
