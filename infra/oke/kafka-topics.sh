#!/bin/sh
# Make the app's Kafka topics where they are missing, and check those that are there.
#
#   infra/oke/kafka-topics.sh --check    # changes nothing; exits 1 when a topic is missing or not as agreed
#   infra/oke/kafka-topics.sh            # makes what is missing; again, it finds nothing to do
#
#   --kafka-brokers HOST:PORT[,HOST:PORT]   as for `todo-ci secrets` (else $KAFKA_BROKERS)
#   --kafka-username NAME                   as for `todo-ci secrets` (else $KAFKA_USERNAME)
#   --kafka-password REFERENCE              env:NAME or file:PATH (env:KAFKA_PASSWORD)
#   --mechanism NAME                        SCRAM-SHA-256, SCRAM-SHA-512 or PLAIN (SCRAM-SHA-256)
#   --authority FILE                        certificates of a private authority, as PEM
#   --no-tls                                for a broker on the same machine
#   --patience SECONDS                      how long to wait for an answer (30)
#
# For any broker: Redpanda Cloud, a provider of Kafka, one's own. The names of the topics are those of
# infra/dapr-components/subscriptions.yaml, their settings those of infra/kafka-topics.json.
set -eu
case ${1-} in
--help | -h) sed -n '2,/^# infra\/dapr/s/^# \{0,1\}//p' "$0" && exit ;;
esac
# A file that is named from where the script was called is not looked for here.
CALLED_FROM=$PWD
export CALLED_FROM
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh
need_kafka_client >&2
PYTHONPATH=ci/src:infra/oke PYTHONDONTWRITEBYTECODE=1 exec "$program/bin/python" -m kafka_topics "$@"
