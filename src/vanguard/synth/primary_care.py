"""What general practices write down: problems, alerts, medicines, contacts and observations."""

from dataclasses import dataclass

import numpy as np

from vanguard.codes import primary_care_codes
from vanguard.synth.attendances import Attendances
