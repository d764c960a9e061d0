"""The service's programming interface: JSON for now, behind the same door as the pages.
Nothing here reads a person's data without an entitlement."""
