"""Do work while holding the deploy Lease: acquire, renew, lose, give back."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio

from todo_ci.cluster import errors, kubectl
from todo_ci.core.context import Context, LeaseTiming
from todo_ci.core.ports import Result, Step
from todo_ci.errors import LockError, PipelineError, ToolError
from todo_ci.rollout import lease
from todo_ci.rollout.lease import Lease, Observation
from todo_ci.scripts import sources
from todo_ci.scripts.supervise.fence import LOST

T = TypeVar("T")
FENCE = ("supervise/fence.py", "supervise/child.py", "kubectl.py")
_AFTERWARDS = "todo-ci status shows what runs; then deploy again"


@dataclass(slots=True)
class HeldLease:
    """Hold the Lease, as whoever changes the release has to.

    Args:
        lease: the Lease as stored.
        renewed_at: just before it was last written, on this client's monotonic clock: nobody else
            can have seen that earlier.
        taken_over: True when its previous holder had gone silent or was interrupted: what it left
            pending is nobody's live helm.
        timing: the Lease's seconds.
        started: True once a step that changes something was begun.
        cut_off: True when such a step was not waited for to its end.
    """

    lease: Lease
    renewed_at: float
    taken_over: bool = False
    timing: LeaseTiming = field(default_factory=LeaseTiming)
    started: bool = False
    cut_off: bool = False

    async def run(
        self,
        context: Context,
        step: Step,
        *,
        changes: str = "the release",
        afterwards: str = _AFTERWARDS,
    ) -> Result:
        """Run a step that changes something: it is killed with the Lease, wherever it runs.

        Args:
            context: the ports and the target.
            step: what to run.
            changes: what it changes, for people.
            afterwards: what to do where it was killed.

        Raises:
            LockError: when that came to pass.
        """
        age = anyio.current_time() - self.renewed_at
        argv = lease.fenced(step.argv, self.lease.holder, self.timing.fence, age)
        files = {**step.files, **sources(*FENCE)}
        self.started = True
        try:
            result = await context.shell.run(replace(step, argv=argv, files=files))
        except anyio.get_cancelled_exc_class():
            self.cut_off = context.steps_outlive
            raise
        if result.exit_code == LOST:
            raise LockError(
                f"the deploy lock was not renewed for {self.timing.fence:.0f} s, so what changed "
                f"{changes} was killed",
                next_step=afterwards,
            )
        return result


async def hold(
    context: Context,
    work: Callable[[HeldLease], Awaitable[T]],
    *,
    lock_timeout: float,
    holder: str = "",
    timing: LeaseTiming | None = None,
) -> T:
    """Do some work while holding the Lease, and give the Lease back whatever happens.

    A holder that loses the Lease has its work cancelled: somebody else may be deploying. Where it
    cannot be given back, or what was started may still be at work, it is said how long it stays.

    Args:
        context: the ports and the target.
        work: what to do; it is told how the Lease was got.
        lock_timeout: seconds to wait for another holder.
        holder: this client's name; made up when empty.
        timing: the Lease's seconds; the pipeline's own when None.

    Raises:
        LockError: when another client holds the Lease, or took it meanwhile.
    """
    me, timing = holder or lease.identity(context.caller), timing or context.timing
    held: HeldLease | None = None
    interrupted = False
    try:
        held = await _acquire(context, me, lock_timeout, timing)
        if context.steps_outlive:
            context.say(f"lock: held as {me}; cut off, it is free after {timing.duration:.0f} s")
        return await _work(context, work, held, timing)
    except anyio.get_cancelled_exc_class():
        interrupted = True
        raise
    finally:
        free = False
        # What cannot be given back runs out by itself; the reason for leaving matters more.
        with (
            anyio.CancelScope(shield=True),
            anyio.move_on_after(timing.deadline),
            suppress(PipelineError),
        ):
            free = await _release(context, me, held, interrupted=interrupted)
        if not free:
            until = datetime.now(UTC) + timedelta(seconds=timing.duration)
            stays = "it stays" if held else "where it was taken, it stays"
            context.say(f"lock: not given back; {stays} with {me} until {until:%H:%M:%S} UTC")
        elif held and interrupted:
            context.say("lock: given back; nothing of the release is being changed any more")


async def _work(
    context: Context,
    work: Callable[[HeldLease], Awaitable[T]],
    held: HeldLease,
    timing: LeaseTiming,
) -> T:
    done: list[T] = []
    failures: list[Exception] = []
    async with anyio.create_task_group() as group:

        async def keep() -> None:
            failures.append(await _renew(context, held, timing))
            group.cancel_scope.cancel()

        group.start_soon(keep)
        try:
            done.append(await work(held))
        except Exception as error:  # raised below: a task group would wrap it
            failures.append(error)
        group.cancel_scope.cancel()
    if done:
        return done[0]
    raise failures[0]


async def _acquire(
    context: Context, me: str, lock_timeout: float, timing: LeaseTiming
) -> HeldLease:
    """Create the Lease, take a free one, or wait until its holder is done or silent."""
    start = anyio.current_time()
    seen: Observation | None = None
    named = ""
    while True:
        found = await context.shell.run(kubectl.get("lease", lease.name()))
        if not found.ok:
            if not _no_lease(found.stderr):
                raise errors.explain(found, "reading the deploy lock")
            claimed = anyio.current_time()
            made = await context.shell.run(kubectl.create(lease.manifest(lease.claim(me, timing))))
            if made.ok:
                return HeldLease(lease.parse(made.stdout), claimed, timing=timing)
            if kubectl.says(made.stderr, "AlreadyExists"):
                continue
            raise errors.explain(made, "creating the deploy lock")
        now = anyio.current_time()
        seen = lease.observe(seen, lease.parse(found.stdout), now)
        other = seen.lease.holder
        silent = bool(other) and lease.expired(seen, now, datetime.now(UTC), timing)
        if silent or not other:
            claimed, dead = anyio.current_time(), silent or seen.lease.interrupted
            mine = lease.claim(me, timing, over=seen.lease)
            taken = await context.shell.run(kubectl.replace(lease.manifest(mine)))
            if taken.ok:
                if silent:
                    context.say(f"lock: {other} has gone silent; taking over")
                return HeldLease(lease.parse(taken.stdout), claimed, dead, timing)
            if kubectl.says(taken.stderr, "Conflict"):
                continue
            raise errors.explain(taken, "taking the deploy lock")
        waited = now - start
        if waited >= lock_timeout:
            raise _held_back(seen.lease, lock_timeout)
        if named != other:
            named = other
            context.say(
                f"lock: waiting for {other}, who holds it since {seen.lease.acquired}; "
                f"a holder that is gone loses it after {seen.lease.duration:.0f} s"
            )
        await anyio.sleep(min(timing.retry, lock_timeout - waited))


async def _renew(context: Context, held: HeldLease, timing: LeaseTiming) -> LockError:
    """Renew the Lease for as long as it is ours; return why it no longer is."""
    # Counted from the renewal, not from its answer: a slow answer must not push the next one back.
    next_at = held.renewed_at + timing.renew
    reason = "no answer"
    while anyio.current_time() < held.renewed_at + timing.deadline:
        # One slow call must not outlast the deadline: behind it somebody else may start.
        with anyio.move_on_after(held.renewed_at + timing.deadline - anyio.current_time()):
            await anyio.sleep_until(next_at)
            started = anyio.current_time()
            wanted = replace(held.lease, renewed=lease.timestamp())
            result = await _ask(context, kubectl.replace(lease.manifest(wanted)))
            if result.ok:
                held.lease, held.renewed_at = lease.parse(result.stdout), started
                next_at = started + timing.renew
                continue
            next_at, reason = anyio.current_time() + timing.retry, result.stderr.strip()
            if kubectl.says(reason, "Conflict") or _no_lease(reason):
                found = await _ask(context, kubectl.get("lease", lease.name()))
                stored = lease.parse(found.stdout) if found.ok else None
                if stored is not None and stored.holder != held.lease.holder:
                    taker = stored.holder or "nobody"
                    return LockError(
                        f"the deploy lock went to {taker}; this deploy was stopped",
                        next_step=_AFTERWARDS,
                    )
                # Ours after all: a renewal whose answer was lost, or somebody's label.
                held.lease = stored or held.lease
    return LockError(
        f"the deploy lock could not be renewed for {timing.deadline:.0f} s, so this deploy was "
        f"stopped: {reason}",
        next_step=_AFTERWARDS,
    )


async def _ask(context: Context, step: Step) -> Result:
    """Run a step; one that cannot even be started is an answer that did not come."""
    try:
        return await context.shell.run(step)
    except ToolError as error:
        return Result(1, "", error.problem, 0)


async def _release(context: Context, me: str, held: HeldLease | None, *, interrupted: bool) -> bool:
    """Give the Lease back where it is still ours; tell whether it no longer is.

    Not where a step may still be at work. Only who had begun one, or knew that nobody else had, can
    say of a pending release that it is nobody's live helm.
    """
    known = held is not None and (held.started or held.taken_over)
    for _ in range(3):
        found = await context.shell.run(kubectl.get("lease", lease.name()))
        if not found.ok:
            return _no_lease(found.stderr)
        stored = lease.parse(found.stdout)
        if stored.holder != me:
            return True
        if held is not None and held.cut_off:
            return False
        free = lease.manifest(replace(stored, holder="", interrupted=interrupted and known))
        if (await context.shell.run(kubectl.replace(free))).ok:
            return True
    return False


def _held_back(other: Lease, lock_timeout: float) -> LockError:
    return LockError(
        f"{other.holder} holds the deploy lock since {other.acquired} "
        f"(last renewed {other.renewed}); waited {lock_timeout:.0f} s",
        accepted="one deploy, rollback or repair at a time",
        next_step=(
            f"wait for it, or allow more time with --lock-timeout; a client that died is out "
            f"after {other.duration:.0f} s"
        ),
    )


def _no_lease(stderr: str) -> bool:
    """Tell a missing Lease from a missing namespace, which nobody here may create."""
    return kubectl.says(stderr, "NotFound") and "namespaces" not in stderr
