"""Extract many files in worker processes: a document that hangs or kills its worker costs only itself.

Workers are forked from a server that has imported the readers, and get paths, never bytes.
A worker hands over what it has read every few hundredths of a second and marks in shared memory which file it is at.
When it dies, the others of its batch go back to the queue, and that file is tried once more alone at the end. A file
that kills its worker alone too is quarantined as `worker_died` (or `timeout`), with how the worker ended as detail.
No document is ended here for the time of the clock: it may only be waiting for the processor. What the clock is used
for is said where it is.

Belongs here: which worker has which files, and what becomes of them when it ends. Keep out: reading a file (`worker`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from pebble import CONSTS, ProcessExpired, ProcessPool

from pipelines import Told
from pipelines.engine.batches import Batch, batches_again, make_batches, patience_for
from pipelines.engine.errands import Part, Work, WorkerMarks, memory_detail, read_part, start_worker
from pipelines.engine.patience import OutOfTime, Pulse, pulse_of, stuck_detail, timeout_detail
from pipelines.engine.processes import WorkerContext, default_workers
from pipelines.engine.staff import Staff, Workers, end_pool
from pipelines.engine.stored_tables import FileTask, Tables, quarantined
from pipelines.messages.kept import Kept, kept
from pipelines.reading import Limits

# While a worker reads, the next batch waits for it; more would only hold memory.
_BATCHES_PER_WORKER = 2
# A worker starts anew after so many batches (minutes of work), whatever memory its parsers have kept.
_BATCHES_PER_LIFE = 2_000
# How often pebble looks for dead workers and how often we look for those that it missed: ends nothing. To look takes
# pebble a quarter of a millisecond, so a hundred looks a second are a fortieth of a core; a dead worker waits for one.
_PEBBLE_SECONDS, _LOOK_SECONDS = 0.05, 0.5
# A result that a process sent before it ended is fetched in a few milliseconds of the processor, which a twentieth of a
# core gives within this; where it does not, the file is only read a second time.
_GONE_SECONDS = 2.0
# A worker holds a lock of the pipe for microseconds; one that dies with it leaves it shut, and others wait for ever.
_LOCKED_SECONDS = 5.0
# A worker hears its own alarm first, where it can.
_ALARM_SECONDS = 5.0
# Without a file ended, begun or at work on the processor for the longest clock of all files and so much longer, which
# is also for starting: importing the readers takes two seconds of the processor, forty at a twentieth of a core.
_SILENT_SECONDS = 120.0
_MAX_VAIN = 20
# After so many files in a row that took too long, one that was read before is read again: it tells whose fault it is.
_LATE_IN_A_ROW, _MIN_FILES_TO_BLAME_US = 16, 4


class ExtractionStalled(Told, RuntimeError):
    """Nothing is read any more: the fault is the machine's or ours, not the files'."""


def extract_files(
    tasks: Sequence[FileTask],
    *,
    limits: Limits,
    workers: int | None = None,
    again: Collection[str] = (),
    proven: FileTask | None = None,
    done: Callable[[int], None] = lambda _: None,
    work: Work | None = None,
    keep: Workers | None = None,
) -> Iterator[Tables]:
    """Yield the tables of some files at a time, as they are finished; `done` is told how many files those were.

    `again` are hashes of files that a run before could not read: they come last, and prove nothing about the machine.
    `proven` is a file that a run before could read: should all others take too long, it tells whose fault that is.
    `work` reads one file into rows, as a rule `extracted_tables.add_document`; workers import it by name. `keep` has
    workers of a call before, and is left those of this one. Raises ExtractionStalled where nothing is read in time.
    """
    if not tasks:
        return
    count = workers or default_workers()
    extraction = _Extraction(tasks, again, limits, count if keep is not None else min(count, len(tasks)), work, keep)
    extraction.probe = _probe(proven, limits) if proven else None
    try:
        for tables in extraction.run():
            yield tables
            done(tables["documents"].num_rows)
    finally:
        extraction.close()


class _End(NamedTuple):
    """Why a worker ended; `undisturbed`: its file is tried again while nothing else is read."""

    reason: str
    detail: str
    undisturbed: bool = False


class _Extraction:
    """The state of a run: batches that wait, batches that workers have, and what timed out last."""

    def __init__(
        self,
        tasks: Sequence[FileTask],
        again: Collection[str],
        limits: Limits,
        workers: int,
        work: Work | None,
        keep: Workers | None,
    ) -> None:
        new = [task for task in tasks if task.file_sha256 not in again]
        self.limits, self.workers, self.work, self.files = limits, workers, work, len(new)
        self.queue = deque(make_batches(new, limits, workers))
        self.queue.extend(batches_again([task for task in tasks if task.file_sha256 in again], limits))
        self.suspects: list[Batch] = []
        self.running: dict[Future[Part], tuple[Batch, int]] = {}
        self.slots = list(range(workers * _BATCHES_PER_WORKER))
        self.keep = keep
        ready = keep.take(workers, limits) if keep is not None else None
        self.context = ready.context if ready is not None else WorkerContext()
        kinds = (ctypes.c_int, ctypes.c_int, ctypes.c_double)
        arrays = (self.context.RawArray(kind, len(self.slots)) for kind in kinds)
        self.marks = ready.marks if ready is not None else WorkerMarks(*arrays)
        self.missing: dict[Future[Part], float] = {}
        self.pulses: dict[int, tuple[tuple[int, int], Pulse]] = {}
        self.stuck: set[int] = set()
        self.late = _Late()
        self.probe: Batch | None = None
        self.last_sign = self.last_look = self.last_unlocked = time.monotonic()
        self.pool = ready.pool if ready is not None else self._new_pool()

    def run(self) -> Iterator[Tables]:
        """Yield the tables of all files; where a batch ends well or badly is decided in `_settle`."""
        while self.queue or self.suspects or self.running:
            self._fill()
            finished, _ = wait(self.running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                if future in self.running:  # not where the batch before broke the pool: then all begin again
                    yield from self._settle(future)
            if finished:
                self.last_sign = time.monotonic()
            if time.monotonic() - self.last_look > _LOOK_SECONDS:
                yield from self._look_after_workers()
        yield from self.late.released()

    def close(self) -> None:
        """End all workers at once, but for those that are kept and have nothing to do."""
        if self.keep is not None and not self.running and self.pool.active:
            self.keep.give(self.workers, self.limits, Staff(self.context, self.marks, self.pool))
        else:
            end_pool(self.pool)

    def _new_pool(self) -> ProcessPool:
        CONSTS.sleep_unit = _PEBBLE_SECONDS
        return ProcessPool(
            max_workers=self.workers,
            max_tasks=_BATCHES_PER_LIFE,
            initializer=start_worker,
            initargs=(self.marks, self.limits.memory_bytes),
            context=self.context,
        )

    def _fill(self) -> None:
        while self.slots and (batch := self._next_batch()) is not None:
            slot = self.slots.pop()
            self.marks.processes[slot], self.marks.positions[slot] = 0, -1
            self.pulses.pop(slot, None)
            self.stuck.discard(slot)
            args = (batch.tasks, slot, batch.patience, self.limits, self.work)
            try:
                self.running[self.pool.schedule(read_part, args=args)] = batch, slot
            except RuntimeError:  # the pool broke since its last result
                self.slots.append(slot)
                self._start_again(batch)

    def _next_batch(self) -> Batch | None:
        """Return the next batch: suspects come last, and those that want the machine for themselves one at a time."""
        if any(batch.undisturbed for batch, _ in self.running.values()):
            return None
        if self.queue:
            return self.queue.popleft()
        for place, batch in enumerate(self.suspects):
            if not batch.undisturbed or not self.running:
                return self.suspects.pop(place)
        return None

    def _settle(self, future: Future[Part]) -> Iterator[Tables]:
        batch, slot = self.running.pop(future)
        self.slots.append(slot)
        self.missing.pop(future, None)
        try:
            part = future.result()
        except OutOfTime as error:  # at the very end of a document
            yield from self._blame(batch, slot, _End("timeout", str(error)))
        except ProcessExpired as error:
            yield from self._blame(batch, slot, self._end(batch, slot, error.exitcode))
        except MemoryError:
            yield from self._blame(batch, slot, _End("out_of_memory", memory_detail(self.limits)))
        except (BrokenProcessPool, CancelledError):
            self._start_again(batch)
        else:
            rest = batch.tasks[part.done :]
            # In two, so that files which take long are spread and those which do not still share messages.
            size = max(part.done, -(-len(rest) // 2))
            pieces = [rest[i : i + size] for i in range(0, len(rest), size)]
            self.queue.extendleft(replace(batch, tasks=piece, vain=0) for piece in reversed(pieces))
            if part.good >= 0 and not batch.is_probe and not batch.again:
                self.probe = _probe(batch.tasks[part.good], self.limits)
            yield from self._screened(batch, part.tables(), part.done, in_time=part.good >= 0)

    def _screened(self, batch: Batch, tables: Tables, files: int, *, in_time: bool) -> Iterator[Tables]:
        """Yield what may be believed. Raises ExtractionStalled where files take too long by no fault of their own."""
        if batch.is_probe:
            self.late.asked = False
            if not in_time:
                raise ExtractionStalled.of("engine.all_are_late", files=self.late.count)
            yield from self.late.released()
        elif batch.again:
            yield tables
        elif in_time:
            yield from self.late.released()
            yield tables
        else:
            self.late.hold(tables, files)
            self._doubt()

    def _doubt(self) -> None:
        """Ask the file that was read before, or give up where there is none and nothing but files that are too late."""
        suspicious = self.late.count >= _LATE_IN_A_ROW or self.late.count == self.files >= _MIN_FILES_TO_BLAME_US
        if self.probe is None and suspicious:
            raise ExtractionStalled.of("engine.none_was_read", files=self.late.count)
        if self.probe is not None and suspicious and not self.late.asked:
            self.late.asked = True
            self.queue.appendleft(self.probe)

    def _end(self, batch: Batch, slot: int, exitcode: int) -> _End:
        """Tell a worker whose document was ended for its time from one that died."""
        if exitcode == -signal.SIGXCPU:
            return _End("timeout", timeout_detail(self.marks.limits[slot]))
        if slot in self.stuck:
            return _End("timeout", stuck_detail(batch.patience))
        return _End("worker_died", _death(exitcode), undisturbed=exitcode == -signal.SIGKILL)

    def _blame(self, batch: Batch, slot: int, end: _End) -> Iterator[Tables]:
        """Tell the file that a worker ended with from the others of its batch, which go back to the queue."""
        position = self.marks.positions[slot]
        if position < 0:
            self._requeue_in_vain(batch)
            return
        others = batch.tasks[:position] + batch.tasks[position + 1 :]
        if others:
            self.queue.appendleft(replace(batch, tasks=others))
        suspect = batch.tasks[position]
        # Time is counted so that nobody else can be to blame; who died or took memory gets a second trial.
        if batch.alone or batch.is_probe or end.reason == "timeout":
            tables = quarantined(suspect, end.reason, end.detail)
            yield from self._screened(batch, tables, 1, in_time=end.reason != "timeout")
        else:
            alone = Batch((suspect,), batch.patience, alone=True, undisturbed=end.undisturbed, again=batch.again)
            self.suspects.append(alone)

    def _requeue_in_vain(self, batch: Batch) -> None:
        if batch.vain >= _MAX_VAIN:
            raise ExtractionStalled.of("engine.workers_ended", times=batch.vain)
        again = replace(batch, vain=batch.vain + 1)
        if batch.alone:
            self.suspects.append(again)
        else:
            self.queue.appendleft(again)

    def _look_after_workers(self) -> Iterator[Tables]:
        """Settle batches whose process is gone without pebble noticing, and leave a pool that gives no sign of life."""
        now = self.last_look = time.monotonic()
        gone = {
            f for f, (_, slot) in self.running.items() if not _is_alive(self.marks.processes[slot]) and not f.done()
        }
        self.missing = {future: self.missing.get(future, now) for future in gone}
        # A result may be on its way from a process that ended in good order.
        for future in [future for future, since in self.missing.items() if now - since >= _GONE_SECONDS]:
            del self.missing[future]
            batch, slot = self.running.pop(future)
            self.slots.append(slot)
            future.cancel()
            yield from self._blame(batch, slot, _End("worker_died", _death(0)))
        for batch, slot in self.running.values():
            self._feel_pulse(batch, slot, now)
        longest = max((batch.patience.clock_seconds for batch, _ in self.running.values()), default=0.0)
        if not self.context.are_locks_held():
            self.last_unlocked = now
        if now - self.last_sign > longest + _SILENT_SECONDS or now - self.last_unlocked > _LOCKED_SECONDS:
            self._start_again()

    def _feel_pulse(self, batch: Batch, slot: int, now: float) -> None:
        """End a worker whose document neither uses the processor nor hears its alarm."""
        process = self.marks.processes[slot]
        document = process, self.marks.positions[slot]
        known, pulse = self.pulses.get(slot, (None, None))
        if process == 0 or slot in self.stuck:
            return
        if pulse is None or known != document:
            self.pulses[slot] = document, pulse_of(process)
            self.last_sign = now
        elif now - pulse.at >= batch.patience.clock_seconds + _ALARM_SECONDS:
            latest = pulse_of(process)
            if not pulse.is_idle(latest):
                self.pulses[slot] = document, latest
                self.last_sign = now
            elif document[1] >= 0 and document == (self.marks.processes[slot], self.marks.positions[slot]):
                self.stuck.add(slot)
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def _start_again(self, *unfinished: Batch) -> None:
        """Give everything that workers have to workers of a new pool; nobody is to blame."""
        end_pool(self.pool)
        for batch in (*unfinished, *(batch for batch, _ in self.running.values())):
            self._requeue_in_vain(batch)
        self.slots.extend(slot for _, slot in self.running.values())
        self.running.clear()
        self.missing.clear()
        self.last_sign = self.last_unlocked = time.monotonic()
        self.pool = self._new_pool()


class _Late:
    """The tables of files that took too long, held back until one is read in time: then the files were at fault.

    `asked`: the file that is to tell is on its way.
    """

    def __init__(self) -> None:
        self.held: list[Tables] = []
        self.count = 0
        self.asked = False

    def hold(self, tables: Tables, files: int) -> None:
        """Keep the tables of some files."""
        self.held.append(tables)
        self.count += files

    def released(self) -> Iterator[Tables]:
        """Yield what is held back."""
        held, self.held, self.count = self.held, [], 0
        yield from held


def _probe(task: FileTask, limits: Limits) -> Batch:
    return Batch((task,), patience_for(task.media_type, limits), is_probe=True)


def _is_alive(process: int) -> bool:
    if process == 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _death(exitcode: int) -> Kept:
    """Say how a worker ended, twice: in a batch and alone."""
    if exitcode >= 0:
        return kept("outcomes.worker_exited", exitcode=exitcode)
    name = signal.Signals(-exitcode).name
    return kept("outcomes.worker_killed" if exitcode == -signal.SIGKILL else "outcomes.worker_ended", signal=name)
