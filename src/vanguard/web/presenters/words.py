"""The lake's short words (settings, kinds, sources, roles) as people say them. An unknown word is shown plainly."""

SETTINGS = {
    "primary_care": "GP practice",
    "inpatient": "Hospital stay",
    "emergency_department": "Emergency department",
    "outpatient": "Outpatients",
    "community": "Community services",
    "social_care": "Social care",
    "mental_health": "Mental health services",
    "ambulance": "Ambulance",
    "care_home": "Care home",
    "voluntary": "Charity or volunteer",
    "registration": "GP registration",
}
KINDS = {
    "Encounter": "Contacts and stays",
    "Condition": "Conditions and alerts",
    "Observation": "Measurements and results",
    "MedicationRequest": "Medicines",
    "EpisodeOfCare": "Registrations",
    "Procedure": "Procedures",
    "Immunization": "Vaccinations",
    "DiagnosticReport": "Reports",
    "AllergyIntolerance": "Allergies",
    "CarePlan": "Care plans",
    "DocumentReference": "Documents",
    "ImagingStudy": "Scans",
}
SOURCES = {
    "gp": "GP record",
    "acute": "Hospital record",
    "community": "Community record",
    "social_care": "Council record",
}
ROLES = {
    "gp": "GP",
    "nurse": "Nurse",
    "social_worker": "Social worker",
    "referral_clinician": "Referral-point clinician",
    "analyst": "Analyst",
    "commissioner": "Commissioner",
    "administrator": "Administrator",
}


def setting(word: str | None) -> str:
    """Where care was given, as a person says it."""
    return SETTINGS.get(word or "", plain(word))


def kind(word: str | None) -> str:
    """The kind of entry (a FHIR resource type), as a person says it."""
    return KINDS.get(word or "", plain(word))


def source(word: str | None) -> str:
    """Whose system told us, as a person says it."""
    return SOURCES.get(word or "", plain(word))


def role(word: str | None) -> str:
    """A role, as a person says it."""
    return ROLES.get(word or "", plain(word))


def plain(word: str | None) -> str:
    """`some_word` or `SomeWord` as "Some word"; nothing as "Not known"."""
    if not word:
        return "Not known"
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in word.replace("_", " "))
    return spaced.strip().capitalize() if "/" not in word else word
