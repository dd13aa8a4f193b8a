"""A client that asks at fixed times, however long the last answer took.

Who asks again only when answered waits out a standstill with one request, which
then hardly counts; who comes at any time meets it as often as it is there. So an
answer is late from the time that it was due to be asked for.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from bench.processes import Failed, Sample
from bench.servers import connect

PERIOD_SECONDS = 0.02


def paced(address: str, paths: Sequence[str], media_type: str, seconds: float) -> Sample:
    """How late the answers are; the paths are asked for in turn.

    Raises Failed if an answer is not 200.
    """
    connection = connect(address)
    late: list[float] = []
    began = time.perf_counter()
    for path, number in zip(itertools.cycle(paths), range(int(seconds / PERIOD_SECONDS))):
        due = began + number * PERIOD_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("GET", path, headers={"Accept": media_type})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise Failed(f"{address}{path}: {response.status}")
        late.append(time.perf_counter() - due)
    late.sort()
    p50, p99 = (late[int(len(late) * share)] for share in (0.5, 0.99))
    return Sample(PERIOD_SECONDS, p50_seconds=p50, p99_seconds=p99)
