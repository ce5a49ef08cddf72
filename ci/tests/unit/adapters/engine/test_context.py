"""What a container cannot reach is refused before anything is started."""

from dataclasses import replace

import pytest

from todo_ci.adapters.engine.context import require_reachable
from todo_ci.environments import target
from todo_ci.errors import InputError


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8000", "http://localhost", "http://[::1]/"])
def test_an_address_that_is_the_containers_own_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        require_reachable(url, target("local"))
    assert "_URL in .env" in refused.value.next_step


def test_a_preview_is_told_of_release_toml_as_its_verb_has_no_such_flag() -> None:
    chosen = replace(
        target("local"), environment="local/pr-12", preview="pr-12", url="http://127.0.0.1/pr-12"
    )
    with pytest.raises(InputError, match=r"\[environments.local.previews\]") as refused:
        require_reachable("", chosen)
    assert "--url" not in refused.value.text()


def test_any_other_address_is_taken() -> None:
    reached = require_reachable("http://10.255.0.1:8000", target("local"))
    assert reached == "http://10.255.0.1:8000"
    # That nothing is known is said by the verb, in the words of both doors.
    assert require_reachable("", target("oke")) == ""
