"""The service's programming interface: JSON for now, behind the same door as the pages, described in OpenAPI.
Nothing here reads a person's data without an entitlement."""

from vanguard.api.described import Answer, Operation, described, openapi, problem

__all__ = ["Answer", "Operation", "described", "openapi", "problem"]
