"""What publishing asks of the lake. Columns are named as the fields of the read store's models."""

PERSONS = """
SELECT person_id, coalesce(nhs_number, '') AS nhs_number, coalesce(given_name, '') AS given_name,
       coalesce(family_name, '') AS family_name, birth_date, death_date, coalesce(sex, '') AS sex,
       coalesce(postcode, '') AS postcode, practice
  FROM person ORDER BY person_id
"""
# The latest membership of each cohort, beside what was known of the person at the latest month end. The
# practice is today's, because it decides who is related; who has died since is helped by no list.
HELP = """
WITH latest AS (SELECT blueprint, cohort, max(date) AS date FROM cohort_member GROUP BY ALL),
     month AS (SELECT max(month_end) AS month_end FROM person_feature)
SELECT m.blueprint, m.version, m.cohort, m.date, m.person_id,
       p.practice, m.priority, m.rank, m.reasons, f.age,
       coalesce(f.sex, p.sex, '') AS sex, coalesce(f.conditions, []) AS conditions,
       coalesce(f.alerts, []) AS alerts, coalesce(f.falls_12m, 0) AS falls_12m,
       coalesce(f.condition_count, 0) AS condition_count, f.hospital_frailty,
       coalesce(f.hospital_frailty_band, '') AS hospital_frailty_band,
       coalesce(f.emergency_admissions_12m, 0) AS emergency_admissions_12m,
       coalesce(f.bed_days_12m, 0) AS bed_days_12m,
       coalesce(f.emergency_department_12m, 0) AS emergency_department_12m,
       f.last_admission, coalesce(f.care_package, false) AS care_package
  FROM cohort_member m
  JOIN latest USING (blueprint, cohort, date)
  JOIN person p USING (person_id)
  LEFT JOIN (person_feature f JOIN month USING (month_end)) ON f.person_id = m.person_id
 WHERE p.death_date IS NULL
 ORDER BY m.blueprint, m.cohort, m.person_id
"""
FILES = """
SELECT load_id, feed, file, extracted_at, rows, accepted, quarantined, superseded, duplicate
  FROM received_file ORDER BY extracted_at, feed, file
"""
# The last extracts of each feed tell what is usual; older ones are in the lake.
COLUMNS = """
SELECT feed, file, extracted_at, "column", rows, filled FROM file_column
QUALIFY dense_rank() OVER (PARTITION BY feed ORDER BY extracted_at DESC) <= 2
 ORDER BY ALL
"""
WARNINGS = """
SELECT feed, file, extracted_at, sentence FROM intake_warning
QUALIFY dense_rank() OVER (PARTITION BY feed ORDER BY extracted_at DESC) <= 31
 ORDER BY ALL
"""
CHANGES = "SELECT number, was, became, remains FROM person_change ORDER BY number, was, became"
IN_QUARANTINE = "SELECT DISTINCT row_id FROM quarantine WHERE row_id NOT IN (SELECT row_id FROM mended_row)"
# What was expected is the end of a reason's first sentence, after the value itself, which may be a person's.
QUARANTINE = """
WITH said AS (
  SELECT *, "column" || ' is ' || coalesce(json_extract_string(row, '$."' || "column" || '"'), '')
            || '; expected ' AS beginning
    FROM quarantine WHERE row_id NOT IN (SELECT row_id FROM mended_row))
SELECT DISTINCT ON (row_id) row_id, feed, file, line, coalesce("column", '') AS "column", reason,
       CASE WHEN starts_with(reason, "column" || ' is empty; expected ') THEN 'a value'
            WHEN starts_with(reason, beginning)
            THEN rtrim(split_part(substr(reason, length(beginning) + 1), '. ', 1), '.')
            ELSE '' END AS expected,
       row, extracted_at
  FROM said ORDER BY row_id
"""
# What all of these ask.
TABLES = (
    "person",
    "cohort_member",
    "person_feature",
    "received_file",
    "file_column",
    "intake_warning",
    "person_change",
    "quarantine",
    "mended_row",
)
