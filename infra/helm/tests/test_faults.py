"""Each fault breaks exactly what it says, and by default nothing is broken."""

import subprocess

import pytest

from rendering import CHART, VALUES_FILES, Chart, Manifest, container, key

BACKEND = ("Deployment", "todo-app-backend")


def changed_by(chart: Chart, fault: str) -> dict[tuple[str, str], Manifest]:
    """Render with a fault, and keep what differs from the render without."""
    healthy = {key(m): m for m in chart.render()}
    return {key(m): m for m in chart.render(f"--set=faults.{fault}") if healthy.get(key(m)) != m}


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a container's command here; the faults' commands need only sh."""
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize("values", VALUES_FILES)
def test_no_values_file_sets_a_fault(chart: Chart, values: str) -> None:
    assert "faults." not in chart.text(values=values)


def test_crash_makes_the_backend_say_so_and_exit_1(chart: Chart) -> None:
    changed = changed_by(chart, "crash=true")
    assert set(changed) == {BACKEND}
    done = run(container(changed[BACKEND])["command"])
    assert (done.returncode, "faults.crash" in done.stderr) == (1, True)


def test_unready_fails_the_readiness_probe_and_nothing_else(chart: Chart) -> None:
    changed = changed_by(chart, "unready=true")
    assert set(changed) == {BACKEND}
    broken, healthy = container(changed[BACKEND]), container(chart.one(*BACKEND))
    done = run(broken.pop("readinessProbe")["exec"]["command"])
    assert (done.returncode, "faults.unready" in done.stdout) == (1, True)
    del healthy["readinessProbe"]
    assert broken == healthy


def test_image_replaces_the_deployments_whole_reference_only(chart: Chart) -> None:
    vanished = "registry.example:5000/gone@sha256:" + "0" * 64
    changed = changed_by(chart, f"image={vanished}")
    assert {name: container(m)["image"] for name, m in changed.items()} == {BACKEND: vanished}


def test_migration_fail_makes_the_job_say_so_and_exit_1(chart: Chart) -> None:
    changed = changed_by(chart, "migrationFail=true")
    assert set(changed) == {("Job", "todo-app-migration")}
    done = run(container(changed["Job", "todo-app-migration"])["command"])
    assert (done.returncode, "faults.migrationFail" in done.stderr) == (1, True)


def test_test_fail_adds_one_test_that_fails(chart: Chart) -> None:
    changed = changed_by(chart, "testFail=true")
    assert set(changed) == {("Pod", "todo-app-test-fault")}
    pod = changed["Pod", "todo-app-test-fault"]
    # The last one: helm ends a test run at the first failure.
    assert int(pod["metadata"]["annotations"]["helm.sh/hook-weight"]) > 0
    one = container(pod)
    done = run([*one["command"], *one["args"]])
    assert (done.returncode, "faults.testFail" in done.stderr) == (1, True)


def test_slow_start_sleeps_and_then_starts_the_real_server(chart: Chart) -> None:
    changed = changed_by(chart, "slowStartSeconds=7")
    assert set(changed) == {BACKEND}
    shell, option, script = container(changed[BACKEND])["command"]
    assert (shell, option) == ("sh", "-c")
    assert "sleep 7;" in script
    assert script.endswith("exec todo serve")


def test_the_notes_warn_of_a_fault(chart: Chart) -> None:
    def notes(*arguments: str) -> str:
        done = chart.run("install", "todo-app", str(CHART), "--dry-run=client", *arguments)
        return done.stdout.split("NOTES:")[1]

    assert "faults.crash is set" in notes("--set=faults.crash=true")
    assert "WARNING" not in notes()
