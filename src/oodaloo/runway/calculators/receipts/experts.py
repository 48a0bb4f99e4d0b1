"""The four views of where a customer stands: in days or their logarithm, with a short or a long memory."""

from dataclasses import dataclass

import numpy as np

from oodaloo.runway.calculators.receipts.arrays import Floats, Ints
from oodaloo.runway.calculators.receipts.past import Past


@dataclass(frozen=True, slots=True)
class Expert:
    """One view: residuals in days or in logarithms, with a memory of so many documents (half-life) or unlimited."""

    logarithmic: bool
    memory: float

    def scaled(self, days: Floats | Ints, offset: Floats | float) -> Floats:
        """Days on this expert's scale."""
        return np.log(np.maximum(days, 0) + offset) if self.logarithmic else np.asarray(days, np.float64)

    def residual(self, days: Floats | Ints, level: Floats, offset: float) -> Floats:
        """How far days are from a level on this expert's scale."""
        return self.scaled(days, offset) - self.scaled(level, offset)

    def weights(self, past: Past) -> Floats:
        """How much of each earlier document is remembered."""
        return np.asarray(0.5 ** (past.rank / self.memory))


EXPERTS = tuple(Expert(logarithmic, memory) for logarithmic in (False, True) for memory in (3.0, np.inf))
