"""Judge whether images may go to an environment, by what was signed about them: pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from todo_ci.attestation.freeze import frozen
from todo_ci.attestation.verdict import Verdict, newest
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.secret_names import signs
from todo_ci.environments import Target
from todo_ci.errors import InputError

# How far clocks may differ: a verdict of one that is wrong by more would stay the newest.
_SKEW = timedelta(minutes=5)
# Of a commit, as tags have them.
_DIGITS = 12


def require_thawed(target: Target, now: datetime) -> None:
    """Refuse a new release while its environment is frozen.

    Raises:
        InputError: naming the frozen time.
    """
    if time := frozen(target.requires.freeze, now):
        raise InputError(
            f"{target.environment} takes nothing new from {time} UTC",
            accepted="a release at another time, or a rollback at any",
            next_step="wait, or change environments."
            f"{target.environment}.requires.freeze in release.toml, where a review sees it",
        )


def require_promotion(target: Target) -> None:
    """Refuse to build for an environment that takes what passed before it alone.

    Raises:
        InputError: naming the verb that does it.
    """
    if target.requires.verdict:
        raise InputError(
            f"{target.environment} takes images that passed in {target.after} alone",
            accepted="what was verified there, not what is built now",
            next_step=f"todo-ci promote --from {target.after} --to {target.environment}",
        )


def require_before(target: Target, before: str) -> None:
    """Refuse to ask another environment than the one whose verdict is required.

    Raises:
        InputError: naming the one to ask.
    """
    if target.requires.verdict and before != target.after:
        raise InputError(
            f"{target.environment} takes images that passed in {target.after}, not in {before}",
            accepted=f"--from {target.after}, or none",
            next_step=f"todo-ci promote --to {target.environment}, or change environments."
            f"{target.environment}.after in release.toml, where a review sees it",
        )


def require_verdict(
    image: str,
    verdicts: Sequence[Verdict],
    images: ImageRefs,
    *,
    before: str,
    soak: timedelta,
    now: datetime,
    commit: str = "",
) -> Verdict:
    """Refuse an image that did not pass, together with the others, in the environment before.

    Args:
        image: by digest.
        verdicts: those that are signed about it.
        images: what it is to be released with.
        before: that environment.
        soak: how long ago it must have passed.
        now: the moment.
        commit: whose tag they have; one image is of every commit that left its sources alone.

    Returns:
        The newest verdict, or that of the commit where it passed as well and nothing failed since.

    Raises:
        InputError: naming the image and what its verdict lacks.
    """
    there = newest(verdicts, before)
    if there and there[0].at > now + _SKEW:
        raise InputError(
            f"{shorten(image)} was judged in {before} at {there[0].at}, which is yet to come",
            accepted=f"clocks that differ by at most {_minutes(_SKEW)} minutes",
            next_step="correct the clock that is wrong, there or here, then "
            f"todo-ci deploy --env {before}, with {signs()}",
        )
    if not there:
        raise InputError(
            f"{shorten(image)} has no signed verdict of {before}: it was never verified there",
            accepted=f"images that passed in {before}",
            next_step=f"todo-ci deploy --env {before}, with {signs()}",
        )
    together = [it for it in there if dict(it.images) == dict(images.components)]
    if not together:
        raise InputError(
            f"{shorten(image)} was judged in {before} beside other images than these",
            accepted="the images of one release",
            next_step=f"todo-ci deploy --env {before}, with --images",
        )
    last = together[0]
    if not last.passed:
        raise InputError(
            f"{shorten(image)} failed in {before}, as revision {last.revision} at {last.at}: "
            f"{', '.join(last.failed)}",
            accepted=f"images whose newest verdict of {before} is passed",
            next_step=f"todo-ci logs --env {before}",
        )
    # Since a failure in between it has proved nothing.
    proved = [*takewhile(lambda it: it.passed, together)]
    since = proved[-1].at
    if soak and now < since + soak:
        raise InputError(
            f"{shorten(image)} passed in {before} at {since}, and has to soak for "
            f"{_minutes(soak)} minutes",
            accepted=f"a release from {since + soak} on",
            next_step="wait until then; the same command again",
        )
    return next((it for it in proved if commit and _commit(it.commit) == _commit(commit)), last)


def require_sboms(image: str, listed: Collection[str], target: Target, *, before: str) -> None:
    """Refuse an image of which a platform has no signed SBOM.

    Args:
        image: by digest.
        listed: the platforms that have one.
        target: where it is to go, with the platforms that it goes to.
        before: the environment that it is to come from; empty where it comes from none.

    Raises:
        InputError: naming the image and those platforms.
    """
    missing = [it for it in target.platforms if it not in listed]
    if missing:
        made_for = ",".join(target.platforms)
        raise InputError(
            f"{shorten(image)} has no SBOM for {', '.join(missing)} that is signed by "
            "whom release.toml names",
            accepted=f"images that were published with {signs()}, for {made_for}",
            next_step=f"todo-ci publish --env {before or target.environment} "
            f"--platforms {made_for}, with {signs()}; then deploy what it prints",
        )


def require_chart(verdict: Verdict, chart: str) -> None:
    """Refuse a chart that is not the one that passed.

    Args:
        verdict: on the images.
        chart: digest of the files of the chart that is to be released.

    Raises:
        InputError: naming the commit that has it.
    """
    if verdict.chart != chart:
        raise InputError(
            f"the chart of this tree is not the one that passed in {verdict.environment}",
            accepted=f"the chart of {verdict.commit}",
            next_step=f"git checkout {verdict.commit.removesuffix('-dirty')}, and the same again",
        )


def require_commit(verdict: Verdict, commit: str) -> None:
    """Refuse images that a tag gives for a commit, and that passed as those of another one.

    A tag can be moved by whoever may write to the registry, back to what passed long ago.

    Args:
        verdict: on the images.
        commit: whose tag it is, with ``-dirty`` where its tree was.
    """
    if _commit(verdict.commit) != _commit(commit):
        raise InputError(
            f"the registry gives for {commit} what passed in {verdict.environment} as "
            f"{verdict.commit}",
            accepted="images that were deployed there as this commit",
            next_step=f"todo-ci deploy --env {verdict.environment}, with {signs()}; or promote "
            "with --images, where just these are meant",
        )


def _commit(label: str) -> tuple[str, bool]:
    commit, _, dirty = label.partition("-")
    return commit[:_DIGITS], bool(dirty)


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)
