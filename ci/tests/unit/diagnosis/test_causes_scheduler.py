"""The promise: a release whose reminders no job brings is told from one that does not work."""

from dataclasses import replace

from snapshots import POD, Object, changed, healthy, only, said, waiting

from todo_ci.diagnosis import causes


def test_a_backend_whose_sidecar_knows_no_scheduler_is_named() -> None:
    seen = healthy()
    metadata: Object = seen.sidecars[POD]["metadata"]
    del metadata["scheduler"]
    found = only(seen)
    assert (found.cause, found.pod) == ("scheduler", POD)
    assert "app=dapr-scheduler-server" in found.next_step
    # Beside what keeps the pod from working it is nothing to begin with.
    worse = replace(changed(app=waiting("ImagePullBackOff", "not found")), sidecars=seen.sidecars)
    assert only(worse).cause == "image"


def test_a_backend_that_can_schedule_no_job_is_named_until_it_can() -> None:
    refused = '{"message": "no job scheduled, will look and try again until it works: 504 X"}'
    again = '{"message": "jobs are scheduled again"}'
    found = only(replace(healthy(), logs=said(f"{again}\n{refused}\nanother line")))
    assert (found.cause, "504 X" in found.evidence) == ("scheduler", True)
    assert "another line" not in found.evidence
    assert causes.find(replace(healthy(), logs=said(f"{refused}\n{again}"))) == ()


def test_a_sidecar_that_is_not_ready_for_want_of_a_scheduler_names_it() -> None:
    failing = '{"level": "error", "msg": "Failed to connect to scheduler host: refused"}'
    unready = changed(app={"ready": True}, daprd={"ready": False})
    found = only(replace(unready, logs=said(failing, "daprd")))
    assert (found.cause, "scheduler" in found.evidence) == ("daprd", True)
    assert "app=dapr-scheduler-server" in found.next_step
    other = failing.replace("scheduler", "placement")
    found = only(replace(unready, logs=said(other, "daprd")))
    assert "dapr-scheduler-server" not in found.next_step
