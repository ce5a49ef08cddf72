#!/bin/sh
# Kafka's programs under the names that Kafka's own download gives them; each is a link to this file.
# KAFKA_HEAP_OPTS and KAFKA_OPTS are read as they are there.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
tools=org.apache.kafka.tools
quick='-XX:TieredStopAtLevel=1' # a tool ends before the better compiler would have paid
case ${0##*/} in
kafka-broker-api-versions.sh) class=$tools.BrokerApiVersionsCommand ;;
kafka-configs.sh) class=kafka.admin.ConfigCommand ;;
kafka-console-consumer.sh) class=$tools.consumer.ConsoleConsumer ;;
kafka-console-producer.sh) class=$tools.ConsoleProducer ;;
kafka-consumer-groups.sh) class=$tools.consumer.group.ConsumerGroupCommand ;;
kafka-get-offsets.sh) class=$tools.GetOffsetShell ;;
kafka-producer-perf-test.sh) class=$tools.ProducerPerformance quick='' ;;
kafka-server-start.sh) class=kafka.Kafka quick='' ;;
kafka-storage.sh) class=kafka.tools.StorageTool ;;
kafka-topics.sh) class=$tools.TopicCommand ;;
*)
    echo "there is no program '${0##*/}'; call one of: $(cd "$home/bin" && echo kafka-*.sh)" >&2
    exit 2
    ;;
esac
# shellcheck disable=SC2086 # options are words
exec java ${KAFKA_HEAP_OPTS:--Xmx128m} -XX:+UseSerialGC -XX:-UsePerfData $quick \
    -Dorg.slf4j.simpleLogger.defaultLogLevel="${KAFKA_LOG_LEVEL:-warn}" \
    -Dorg.slf4j.simpleLogger.showDateTime=true \
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS' \
    ${KAFKA_OPTS:-} -cp "$home/libs/*" "$class" "$@"
