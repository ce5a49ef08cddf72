"""cluster-setup.sh makes each resource once, whatever happens, and takes down its own."""

import signal
from typing import Any

import pytest

from oracle import Oracle, Run

ONCE = {
    "compartments": 1,
    "vcns": 1,
    "internetGateways": 1,
    "routeTables": 1,
    "securityLists": 3,
    "subnets": 3,
    "publicIps": 1,
    "clusters": 1,
    "nodePools": 1,
}
OUT_OF_HOSTS = (500, "InternalError", "Out of host capacity.")


def counted(oracle: Oracle) -> dict[str, int]:
    return {kind: len(resources) for kind, resources in oracle.there().items()}


@pytest.fixture(scope="module")
def finished(servers: Oracle) -> Run:
    """Make it in runs of one change each, which are killed before they hear of it; and a last."""
    servers.control("reset")
    for _ in range(sum(ONCE.values())):
        assert servers.killed_at(1, servers.start).code == -signal.SIGKILL
    done = servers.run()
    servers.control("keep")
    return done


@pytest.fixture
def made(finished: Run, servers: Oracle) -> Oracle:
    """Give the double as the last of those runs left it."""
    assert finished.code == 0, finished.err
    servers.control("restore")
    return servers


def test_runs_that_were_killed_are_finished_by_the_next(made: Oracle, finished: Run) -> None:
    assert counted(made) == ONCE
    assert "there       node pool todo" in finished.out
    assert "there       public address todo" in finished.out
    (pool,) = made.there()["nodePools"]
    assert pool["nodeShape"] == "VM.Standard.A1.Flex"
    assert pool["nodeShapeConfig"] == {"ocpus": 2, "memoryInGBs": 12}
    assert pool["nodeConfigDetails"]["size"] == 1
    assert pool["nodeSourceDetails"]["imageId"] == "ocid1.image.oc1..2"
    (cluster,) = made.there()["clusters"]
    assert cluster["type"] == "BASIC_CLUSTER"


def test_access_is_a_file_that_asks_oci_for_tokens(made: Oracle) -> None:
    file = made.home / ".kube/todo-oke"
    (cluster,) = made.there()["clusters"]
    assert cluster["id"] in file.read_text()
    assert file.stat().st_mode & 0o77 == 0


def test_a_second_run_and_a_plan_change_nothing(made: Oracle) -> None:
    before = made.changes()
    assert made.run().code == 0
    plan = made.run("--dry-run")
    assert plan.out.count("there       ") == sum(ONCE.values())
    assert made.changes() == before
    assert counted(made) == ONCE


def test_a_plan_from_nothing_calls_nothing_that_changes(oracle: Oracle) -> None:
    plan = oracle.run("--dry-run")
    assert (plan.code, plan.err) == (0, "")
    assert plan.out.count("would make  ") == sum(ONCE.values())
    assert "2 OCPU  " in plan.out
    assert "warning" not in plan.out
    assert oracle.changes() == []


def test_more_than_free_has_its_price_and_is_asked_for(oracle: Oracle) -> None:
    asked = oracle.run("--enhanced", "--ocpus", "4", "--memory", "24", "--nodes", "2")
    assert asked.code == 1
    assert "warning: this is more than the free limit" in asked.out
    for price in ("74.40", "14.88", "13.39", "102.67"):
        assert price in asked.out
    assert "next: the same command with --yes" in asked.err
    assert oracle.changes() == []


def test_private_nodes_go_out_through_two_gateways(oracle: Oracle) -> None:
    compartment = oracle.control("create", ["compartments", _compartment("given")])["id"]
    oracle.control("set", {"settled": True})
    done = oracle.run("--private-nodes", "--compartment", compartment)
    assert (done.code, done.err) == (0, "")
    assert counted(oracle) == {**ONCE, "routeTables": 2, "natGateways": 1, "serviceGateways": 1}
    (nodes,) = [it for it in oracle.there()["subnets"] if it["displayName"] == "todo-nodes"]
    assert nodes["prohibitPublicIpOnVnic"] is True


@pytest.fixture
def poolless(made: Oracle) -> Oracle:
    (pool,) = made.there()["nodePools"]
    gone = made.oci("ce", "node-pool", "delete", "--node-pool-id", pool["id"], "--force")
    assert gone.code == 0, gone.err
    return made


def test_out_of_hosts_is_tried_again_in_the_other_domain(poolless: Oracle) -> None:
    poolless.fail("POST", "nodePools", 1, *OUT_OF_HOSTS)
    poolless.control("set", {"failing_nodes": 1})
    done = poolless.run()
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Oracle is out of hosts in") == 2
    assert counted(poolless) == ONCE
    (pool,) = poolless.there()["nodePools"]
    (placed,) = pool["nodeConfigDetails"]["placementConfigs"]
    assert placed["availabilityDomain"] == "abcd:EU-TEST-1-AD-1"


def test_a_pool_where_a_node_runs_is_not_thrown_away(made: Oracle) -> None:
    made.control("grow", {})
    done = made.run()
    assert done.code == 1
    assert "a node has no host, and others of the pool run" in done.err
    assert "next: oci ce node-pool update --node-pool-id ocid1." in done.err
    assert counted(made) == ONCE


def test_patience_ends_with_advice(poolless: Oracle) -> None:
    poolless.fail("POST", "nodePools", 99, *OUT_OF_HOSTS)
    ended = poolless.run("--patience", "0")
    assert ended.code == 1
    assert "within 0 minutes" in ended.err
    assert "pay-as-you-go" in ended.err


def test_destroy_leaves_what_it_did_not_make(made: Oracle) -> None:
    (compartment,) = made.there()["compartments"]
    foreign = {
        "compartmentId": compartment["id"],
        "displayName": "todo",
        "cidrBlock": "10.9.0.0/16",
    }
    vcn = made.control("create", ["vcns", {**foreign, "freeformTags": {"todo-cluster": "other"}}])
    assert made.run("--destroy").err.startswith("nothing was changed")
    assert counted(made) == {**ONCE, "vcns": 2}
    done = made.run("--destroy", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "kept        compartment" in done.out
    left = made.there()
    assert {kind: [it["id"] for it in found] for kind, found in left.items()} == {
        "compartments": [compartment["id"]],
        "vcns": [vcn["id"]],
    }
    made.oci("network", "vcn", "delete", "--vcn-id", vcn["id"], "--force")
    assert made.run("--destroy", "--yes").code == 0
    assert made.there() == {}
    assert "what was made with --compartment is found with it" in made.run("--destroy").out


@pytest.mark.parametrize(
    ("fault", "options", "named"),
    [
        (
            ["POST", "compartments", 99, 404, "NotAuthorizedOrNotFound", "Authorization failed."],
            [],
            [
                "not allowed",
                "next: ask the tenancy's administrator",
                "manage compartments in tenancy",
            ],
        ),
        (
            ["POST", "compartments", 99, 409, "CompartmentAlreadyExists", "It is there."],
            [],
            ["in the way", "next: the same command with --compartment"],
        ),
        (
            ["POST", "compartments", 99, 400, "CompartmentLimitExceeded", "No more."],
            [],
            ["the account's limit is reached", "next: oci limits value list"],
        ),
    ],
)
def test_a_refusal_has_a_name_and_a_next_step(
    fault: list[Any], options: list[str], named: list[str], oracle: Oracle
) -> None:
    oracle.control("set", {"faults": [fault]})
    refused = oracle.run(*options)
    assert refused.code == 1
    assert [it for it in named if it not in refused.err] == []
    assert oracle.there() == {}


def test_an_expired_key_is_named_by_the_very_oci(oracle: Oracle) -> None:
    oracle.fail("", "", 99, 401, "NotAuthenticated", "The required information is not there.")
    refused = oracle.run("--dry-run", env=oracle.environment(oracle.real))
    assert refused.code == 1
    assert "does not accept this key or session" in refused.err
    assert "next: oci session authenticate" in refused.err


def test_a_missing_configuration_is_named(oracle: Oracle) -> None:
    environment = oracle.environment() | {"OCI_CLI_CONFIG_FILE": str(oracle.home / "none")}
    refused = oracle.run("--dry-run", env=environment)
    assert refused.code == 1
    assert refused.err.startswith("oci finds no configuration in ")
    assert "next: oci setup config" in refused.err


def test_a_missing_oci_is_named(oracle: Oracle) -> None:
    refused = oracle.run("--dry-run", env=oracle.environment("/usr/bin"))
    assert refused.code == 1
    assert "next: uv tool install oci-cli" in refused.err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--ocpus", "two"], "--ocpus 'two' is not a whole number"),
        (["--nodes", "3"], "cannot be shared by 3 nodes"),
        (["--name", "Todo App"], "--name 'Todo App' is not"),
        (["--destory"], "there is no option '--destory'"),
        (["--name"], "--name wants a value"),
    ],
)
def test_a_wrong_option_is_named(options: list[str], named: str, oracle: Oracle) -> None:
    refused = oracle.run(*options)
    assert refused.code == 1
    assert named in refused.err
    assert "next: " in refused.err


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ('[{"sourc":"10.0.0.0/8","protocol":"6"}]', "IngressSecurityRule has no field 'sourc'"),
        ('[{"source":"10.0.0.0/8"}]', "'protocol' is required"),
        ('[{"source":"10.0.0.0/8","protocol":6}]', "6 is not of type str"),
        ('[{"source":"x","protocol":"6","sourceType":"CIDR"}]', "'CIDR' is not one of the values"),
    ],
)
def test_the_double_refuses_what_oracles_models_do_not_allow(
    rules: str, named: str, oracle: Oracle
) -> None:
    vcn = oracle.control(
        "create", ["vcns", _compartment("x", "displayName") | {"cidrBlock": "10.0.0.0/16"}]
    )
    refused = oracle.oci(
        *("network", "security-list", "create", "--compartment-id", vcn["compartmentId"]),
        *(
            "--vcn-id",
            vcn["id"],
            "--egress-security-rules",
            "[]",
            "--ingress-security-rules",
            rules,
        ),
    )
    assert refused.code != 0
    assert named in refused.err
    assert "securityLists" not in oracle.there()


def _compartment(name: str, field: str = "name") -> dict[str, str]:
    body = {"compartmentId": "ocid1.tenancy.oc1..tests", field: name}
    return body | ({"description": "a test's"} if field == "name" else {})
