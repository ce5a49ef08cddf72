"""What a text gives as values of keys comes through unharmed, or is refused; it is never shown."""

import json

import pytest

from todo_ci.core import keys_file, secret_names
from todo_ci.core.keys_file import parse
from todo_ci.errors import InputError

# A line's first character, quotes, what a shell or YAML would read, lines, what is no ASCII.
ODD = [
    "plain", '"quoted"', "'quoted'", 'half "', "a#b", "a #b", "#a", "a b", "$HOME ${x} $(id)",
    "back\\slash\\n", "ends with \\", "{", "null", "=", "a=b", "two\nlines=1\nPULL_PASSWORD=x",
    "-----BEGIN KEY-----\nQUJD\n-----END KEY-----", "passwörd", "\x01", "</script>",
]  # fmt: skip


def read(text: str, *given: str) -> dict[str, str]:
    return parse(text, secret_names.of_lines(), given)


def as_object(**values: object) -> str:
    return json.dumps(values)


@pytest.mark.parametrize("value", ODD)
def test_as_json_any_value_comes_through(value: str) -> None:
    text = as_object(BETTER_AUTH_SECRET=value, DATABASE_URL="there")
    assert read(text) == {"better-auth-secret": value, "database-url": "there"}


@pytest.mark.parametrize("value", ODD)
def test_in_a_line_a_value_comes_through_or_is_refused_or_is_quoted(value: str) -> None:
    """A line is read as .env is: what stands in quotes is what they hold."""
    said, found = "", {}
    try:
        found = read(f"BETTER_AUTH_SECRET={value}\nDATABASE_URL=there\n")
    except InputError as refused:
        said = refused.text()
    if said:
        assert not [word for word in value.split() if len(word) > 5 and word in said]
        return
    unquoted = value[1:-1] if value[0] == value[-1] and value[0] in "'\"" else value
    assert found == {"better-auth-secret": unquoted, "database-url": "there"}


def test_a_line_that_is_a_piece_of_a_value_is_not_shown() -> None:
    for piece in ("MIIEvQIBADANBgkq", "MIIEvQIBADANBgkq=="):
        with pytest.raises(InputError, match="--keys: line 2 ") as refused:
            read(f"BETTER_AUTH_SECRET=-----BEGIN KEY-----\n{piece}\n")
        assert "MIIE" not in refused.value.text()


@pytest.mark.parametrize("text", ["COHERE_API_KEY=\n", as_object(COHERE_API_KEY=None)])
def test_a_key_without_a_value_counts_as_not_given(text: str) -> None:
    assert read(text) == {}
    assert read('{"COHERE_API_KEY": "", "DATABASE_URL": "there\\n"}') == {"database-url": "there"}
    assert read("PULL_PASSWORD=there\nKAFKA_BROKERS=''") == {"pull-password": "there"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"COHERE_API_KEY": "a", "cohere-api-key": "s3cret"}', "stands there twice"),
        ('{"COHERE": "s3cret"}', "COHERE names no key of a Secret in release.toml; it has BETTER_"),
        ('{"COHERE_API_KEY": 5}', "the value of COHERE_API_KEY is no text in quotes"),
        ('{"COHERE_API_KEY": ["s3cret"]}', "the value of COHERE_API_KEY is no text in quotes"),
        ('{"COHERE_API_KEY": " s3cret"}', "value of COHERE_API_KEY begins or ends with blanks"),
        ("COHERE_API_KEY='s3cret '", "value of COHERE_API_KEY begins or ends with blanks"),
        ('{"COHERE_API_KEY": "s3cret"', "line 1 cannot be read as JSON"),
        ('{\n"COHERE_API_KEY": "s3"cret"}', "line 2 cannot be read as JSON"),
        ('{"SIGNING_KEY": "s3cret"}', "SIGNING_KEY names no key"),
    ],
)
def test_what_cannot_be_meant_is_named(text: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert problem in refused.value.problem
    assert "s3cret" not in refused.value.text()
    assert refused.value.next_step == "correct what --keys names"


def test_what_a_flag_gave_too_is_refused() -> None:
    with pytest.raises(InputError, match="DATABASE_URL was given by --database-url too"):
        read(as_object(DATABASE_URL="there"), "database-url")


def test_kafkas_address_and_user_are_tidied_or_refused_as_lines() -> None:
    found = read("KAFKA_BROKERS=a:9092, b:9092,\nKAFKA_USERNAME='to do'\nKAFKA_PASSWORD=x")
    assert found == {
        "kafka-brokers": "a:9092,b:9092", "kafka-username": "to do", "kafka-password": "x",
    }  # fmt: skip
    with pytest.raises(InputError) as refused:
        read("KAFKA_BROKERS=SASL_SSL://a:9092")
    assert refused.value.problem.startswith("KAFKA_BROKERS: 'SASL_SSL://a:9092' has the scheme")
    assert refused.value.next_step == "the same command again with KAFKA_BROKERS=a:9092"
    with pytest.raises(InputError, match=r"KAFKA_USERNAME 'to.ndo' holds a character"):
        read(as_object(KAFKA_USERNAME="to\ndo"))


@pytest.mark.usefixtures("guestbook")
def test_an_app_without_sidecars_may_call_a_key_so_too() -> None:
    assert keys_file.parse("KAFKA_BROKERS=PLAINTEXT://a", {"kafka-brokers"}, ()) == {
        "kafka-brokers": "PLAINTEXT://a"
    }
