"""The faults as data: what is answered to each request, what has to follow.

F01 to F48 are the first list of what servers of gpt-oss were seen to do; B, C and their
numbers are of later lists, each row with the report that it stands for. F42 to F48 are
no faults of a chat server, and have no row.
"""

from agent.testing.faults.channels import CHANNELS
from agent.testing.faults.endings import ENDINGS
from agent.testing.faults.error_bodies import ERROR_BODIES
from agent.testing.faults.fault import Fault
from agent.testing.faults.gateways import GATEWAYS
from agent.testing.faults.model_output import MODEL_OUTPUT
from agent.testing.faults.odd_values import ODD_VALUES
from agent.testing.faults.over_http import OVER_HTTP
from agent.testing.faults.rate_limits import RATE_LIMITS
from agent.testing.faults.repeats import REPEATS
from agent.testing.faults.sizes import SIZES

__all__ = ["FAULTS"]

FAULTS: tuple[Fault, ...] = (
    *MODEL_OUTPUT,
    *OVER_HTTP,
    *GATEWAYS,
    *ERROR_BODIES,
    *RATE_LIMITS,
    *ODD_VALUES,
    *SIZES,
    *CHANNELS,
    *ENDINGS,
    *REPEATS,
)
