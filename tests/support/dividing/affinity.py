"""Workers that divide lanes among them, in one process: each over a folder that they share."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from resolvers.recording.affinity.affinity import Affinity
from resolvers.recording.affinity.peer import Peer
from resolvers.recording.affinity.seats import make_seats
from resolvers.recording.affinity.taking import Submit
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.queueing import SubmittedCall
from tests.support.durability.ledgers import view
from tests.support.durability.server import until


def kept(call: SubmittedCall) -> None:
    """Stands for the writers of a worker: a call that is given back to it is answered with none."""
    call.succeed([])


async def refusing(submissions: Sequence[Submission]) -> list[Verdict | Exception]:
    """Stands for the writers of a worker that is handed nothing."""
    raise AssertionError(submissions)


@asynccontextmanager
async def dividing(folder: Path, *submits: Submit, lanes: int = 2) -> AsyncIterator[list[Affinity]]:
    """So many workers that divide lanes, and have found each other; their seats are in order."""
    make_seats(folder, len(submits))
    workers = [Affinity(folder) for _ in submits]
    try:
        for number, (worker, submit) in enumerate(zip(workers, submits, strict=True)):
            worker.start(submit, kept)
            worker.lanes_are(lanes)
            if lanes > 1:
                await until((folder / f"{number}.socket").exists)
        if lanes > 1:
            for own, worker in enumerate(workers):
                for other in range(len(workers)):
                    if other != own:
                        await there(worker, other)
        yield workers
    finally:
        for worker in workers:
            await worker.leave()
        for worker in workers:
            await worker.close()


async def there(worker: Affinity, lane: int) -> Peer:
    """The owner of a lane, once it is there."""
    await until(lambda: worker.owner(lane) is not None)
    owner = worker.owner(lane)
    assert owner is not None
    return owner


async def handed(owner: Peer, *calls: Sequence[str]) -> list[asyncio.Task[list[object]]]:
    """Hand over several calls in one turn, of views of these targets; return once they are sent."""
    tasks = [asyncio.create_task(_hand_over(owner, call)) for call in calls]
    for _ in range(3):  # each runs up to where it waits, and what they gathered is sent
        await asyncio.sleep(0)
    return tasks


async def submitted_to(owner: Peer, *targets: str) -> list[Verdict | Exception]:
    """Hand over one call, of views of these targets; its answers."""
    call = SubmittedCall([view(target) for target in targets])
    owner.enqueue(call)
    return await call.answer


async def _hand_over(owner: Peer, targets: Sequence[str]) -> list[object]:
    answers = await submitted_to(owner, *targets)
    return [answer if isinstance(answer, Exception) else str(answer.outcome) for answer in answers]
