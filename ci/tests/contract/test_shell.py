"""What every Shell promises, whether a step becomes a process or a container."""

import base64
from typing import Any

import anyio
import pytest

from engines import BOX
from todo_ci.core.ports import SecretUse, Step
from todo_ci.errors import PipelineError

SECRET = "canary-9b1c-in-the-coal-mine"


def sh(script: str, **changes: Any) -> Step:
    return Step(BOX, ("sh", "-c", script), **changes)


async def test_the_exit_code_and_both_streams_come_back_apart(make_shell: Any) -> None:
    result = await make_shell().run(sh("echo out; echo err >&2; exit 7"))
    assert (result.exit_code, result.ok) == (7, False)
    assert (result.stdout.strip(), result.stderr.strip()) == ("out", "err")
    assert not result.timed_out


async def test_a_success_comes_back_to_the_letter(make_shell: Any) -> None:
    result = await make_shell().run(sh("printf ' out \n\n'; printf ' err\n' >&2"))
    assert (result.stdout, result.stderr) == (" out \n\n", " err\n")


async def test_standard_input_is_given_and_then_ends(make_shell: Any) -> None:
    result = await make_shell().run(sh("cat; echo end", stdin="first\nsecond\n"))
    assert result.stdout == "first\nsecond\nend\n"


async def test_a_command_may_leave_its_input_unread(make_shell: Any) -> None:
    result = await make_shell().run(sh("exit 0", stdin="x" * 1_000_000))
    assert result.ok


async def test_large_output_on_both_streams_arrives_whole(make_shell: Any) -> None:
    script = "head -c 300000 /dev/zero | tr '\\0' a; head -c 300000 /dev/zero | tr '\\0' b >&2"
    result = await make_shell().run(sh(script))
    assert (len(result.stdout), len(result.stderr)) == (300_000, 300_000)


async def test_a_step_sees_its_variables_and_not_the_clients(
    make_shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_ONLY", SECRET)
    result = await make_shell().run(sh('echo "$GIVEN:$CLIENT_ONLY:"', env={"GIVEN": "yes"}))
    assert result.stdout == "yes::\n"


async def test_files_inputs_and_outputs_share_one_work_directory(make_shell: Any) -> None:
    script = "cat ci/greeting.txt extra/note.txt >all.txt"
    result = await make_shell().run(
        sh(script, inputs=("ci",), files={"extra/note.txt": "!"}, outputs=("all.txt", "none.txt"))
    )
    assert result.ok, result.stderr
    assert dict(result.files) == {"all.txt": b"hello from the sources!"}


async def test_a_step_starts_in_its_workdir(make_shell: Any) -> None:
    result = await make_shell().run(sh("cat greeting.txt", workdir="ci", inputs=("ci",)))
    assert result.stdout == "hello from the sources"


async def test_steps_do_not_see_each_others_files(make_shell: Any) -> None:
    shell = make_shell()
    await shell.run(sh("echo left >behind.txt"))
    assert not (await shell.run(sh("cat behind.txt"))).ok


async def test_a_secret_file_is_readable_by_its_owner_alone(make_shell: Any) -> None:
    script = 'stat -c %a "$KEY"; wc -c <"$KEY"'
    result = await make_shell({"key": SECRET}).run(sh(script, secrets=(SecretUse("key", "KEY"),)))
    assert result.stdout.split() == ["400", str(len(SECRET))], result.stderr


async def test_a_secret_can_be_a_variable(make_shell: Any) -> None:
    step = sh('echo "${#KEY}"', secrets=(SecretUse("key", "KEY", as_file=False),))
    assert (await make_shell({"key": SECRET}).run(step)).stdout == f"{len(SECRET)}\n"


async def test_a_secret_is_masked_in_both_streams_and_in_base64(make_shell: Any) -> None:
    step = sh('cat "$KEY"; base64 -w0 "$KEY"; cat "$KEY" >&2', secrets=(SecretUse("key", "KEY"),))
    result = await make_shell({"key": SECRET}).run(step)
    assert result.stdout == "******"
    assert result.stderr == "***"


async def test_what_is_not_secret_is_not_masked(make_shell: Any) -> None:
    encoded = base64.b64encode(SECRET.encode()).decode()
    result = await make_shell().run(sh(f"echo {SECRET} {encoded}"))
    assert result.stdout == f"{SECRET} {encoded}\n"


async def test_a_secret_that_was_not_given_is_named(make_shell: Any) -> None:
    step = sh("true", secrets=(SecretUse("kubeconfig", "KUBECONFIG"),))
    with pytest.raises(PipelineError, match="kubeconfig"):
        await make_shell().run(step)


async def test_an_input_that_is_not_there_is_named(make_shell: Any) -> None:
    with pytest.raises(PipelineError, match="backend"):
        await make_shell().run(sh("true", inputs=("backend",)))


async def test_a_tool_that_is_not_there_is_named(make_shell: Any) -> None:
    with pytest.raises(PipelineError, match="no-such-tool"):
        await make_shell().run(Step(BOX, ("no-such-tool",)))


async def test_a_step_that_takes_too_long_is_ended_with_code_124(make_shell: Any) -> None:
    script = 'trap "echo tidied; exit 0" TERM; echo begun; sleep 600 & wait'
    result = await make_shell().run(sh(script, timeout=1))
    assert (result.timed_out, result.exit_code) == (True, 124)
    assert result.stdout.split() == ["begun", "tidied"], "it gets TERM first, and time to tidy up"


async def test_a_step_of_a_registry_or_cluster_is_never_answered_from_before(
    make_shell: Any,
) -> None:
    shell = make_shell()
    step = sh("head -c 16 /dev/urandom | base64", network=True)
    assert (await shell.run(step)).stdout != (await shell.run(step)).stdout


async def test_a_failure_is_never_answered_from_before(make_shell: Any, meeting: str) -> None:
    """What failed may succeed the next time, with the very same inputs."""
    shell = make_shell()
    step = sh(f"[ -e {meeting} ] || {{ touch {meeting}; exit 3; }}")
    assert [(await shell.run(step)).exit_code for _ in range(2)] == [3, 0]


async def test_a_failing_step_leaves_its_evidence(make_shell: Any) -> None:
    step = sh("echo why >evidence.json; exit 1", network=True, outputs=("evidence.json",))
    result = await make_shell().run(step)
    assert (result.exit_code, dict(result.files)) == (1, {"evidence.json": b"why\n"})


async def test_what_a_step_leaves_need_not_be_text(make_shell: Any) -> None:
    step = sh("printf '\\377\\000\\376' >package.tgz", outputs=("package.tgz",))
    assert dict((await make_shell().run(step)).files) == {"package.tgz": b"\xff\x00\xfe"}


async def test_a_step_that_ignores_term_is_ended_all_the_same(make_shell: Any) -> None:
    result = await make_shell().run(sh('trap "" TERM; echo begun; sleep 600', timeout=1))
    assert (result.timed_out, result.stdout.strip()) == (True, "begun")


async def test_steps_run_side_by_side(make_shell: Any, meeting: str) -> None:
    """Each waits for what the other one writes, so one after the other would never end."""
    shell = make_shell()
    results: list[int] = []

    async def run(script: str) -> None:
        results.append((await shell.run(sh(script, timeout=20))).exit_code)

    async with anyio.create_task_group() as group:
        group.start_soon(run, f"until [ -e {meeting} ]; do sleep 0.05; done; rm {meeting}")
        group.start_soon(run, f"touch {meeting}; while [ -e {meeting} ]; do sleep 0.05; done")
    assert results == [0, 0]
