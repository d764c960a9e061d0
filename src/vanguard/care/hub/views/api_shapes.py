"""What a program sends to refer somebody and what it is answered, as checked and as described to its authors."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vanguard.api import Answer, Operation, problem

KEY = "Idempotency-Key"
LONGEST_KEY = 100
Line = Annotated[str, Field(max_length=300)]


class Person(BaseModel):
    """Who is referred. An NHS number, or a name and a date of birth, finds somebody whom the place knows."""

    model_config = ConfigDict(extra="forbid")
    nhs_number: Line = Field("", description="Ten digits.")
    given_name: Line = ""
    family_name: Line = ""
    birth_date: date | None = None
    sex: Line = Field("unknown", description="female, male, other or unknown.")
    address: Line = Field("", description="Where they are now.")
    postcode: Line = ""
    phone: Line = ""
    locality: Line = Field("", description="Code of the locality; needed for somebody whom the place does not know.")


class Sent(BaseModel):
    """A referral as a program sends it."""

    model_config = ConfigDict(extra="forbid")
    pathway: Line = Field("", description="Id of the pathway; may be left out where the caller refers to one only.")
    origin: Line = Field(description="From where the referral comes: an id of the pathway's entry.")
    person: Person
    gap: int = Field(
        0, ge=0, le=3_660, description="Days later than it should that the next service begins, where that is accepted."
    )
    answers: dict[Line, bool | float | str | list[str]] = Field(
        description="By question of the first step and its form: yes or no as true or false, options by id."
    )


WHEN = {"type": "string", "format": "date-time"}
PROGRESS = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "pathway": {"type": "string"},
        "received_at": WHEN,
        "where": {"type": "string", "description": "The step that comes next or goes on, or the end; in words."},
        "waits_for": {"type": "string", "description": "Who is to do the step."},
        "advice": {"type": "string", "description": "What the referrer must do at once; empty for nothing."},
        "due_at": {**WHEN, "type": ["string", "null"]},
        "paused": {"type": "boolean"},
        "ended_at": {**WHEN, "type": ["string", "null"]},
        "happened": {
            "type": "array",
            "description": "What has happened, the newest first.",
            "items": {
                "type": "object",
                "properties": {"what": {"type": "string"}, "at": WHEN},
                "required": ["what", "at"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["number", "received_at", "where", "happened"],
    "additionalProperties": False,
}
WRONG = {
    "type": "object",
    "properties": {
        "error": {"type": "string"},
        "problems": {"type": "object", "description": "By field or question, what is wrong with it."},
        "open": {"type": "array", "items": {"type": "integer"}, "description": "Numbers of the open referrals."},
    },
    "required": ["error"],
}
AUDIT = problem("Who looks at what cannot be put on record just now, so nothing is done.")
NOT_YOURS = problem("The caller's role does not refer people by program.")
REFER = Operation(
    "refer",
    "Refer somebody",
    {
        200: Answer("This key's referral, which was made before.", PROGRESS),
        201: Answer("The referral was made.", PROGRESS, headers={"Location": {"schema": {"type": "string"}}}),
        400: Answer("The referral is not whole, or something in it does not fit.", WRONG),
        403: NOT_YOURS,
        409: Answer("The person is referred already: the open referral, and no second one.", WRONG),
        415: problem("The body is not JSON."),
        422: problem("This key was used for another referral."),
        503: AUDIT,
    },
    body={
        **Sent.model_json_schema(),
        "properties": Sent.model_json_schema()["properties"] | {"person": Person.model_json_schema()},
        "$defs": {},
    },
    headers={
        KEY: (
            "The caller's own name for this referral: sent again with it, it is the same referral.",
            {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[A-Za-z0-9._~-]+$"},
        )
    },
)
FOLLOW = Operation(
    "progress",
    "How a referral that the caller made goes on",
    {
        200: Answer("Where it stands and what has happened.", PROGRESS),
        403: NOT_YOURS,
        404: problem("There is no such referral, or somebody else made it: the same answer."),
        503: AUDIT,
    },
    path={"number": "The referral's number."},
)
