{{/* Rules over several values, which the schema cannot express. Each names the values and what is accepted. */}}
{{- define "todo-app.validate" -}}
{{- $b := .Values.backend -}}
{{- $f := .Values.frontend -}}
{{- if le (int $b.terminationGracePeriodSeconds) (add (int $b.preStopSleepSeconds) (int $b.drainSeconds) | int) -}}
{{- fail (printf "backend.terminationGracePeriodSeconds is %d, but must be more than backend.preStopSleepSeconds + backend.drainSeconds (%d + %d): raise it, or lower one of the two" (int $b.terminationGracePeriodSeconds) (int $b.preStopSleepSeconds) (int $b.drainSeconds)) -}}
{{- end -}}
{{- if le (int $f.terminationGracePeriodSeconds) (int $f.preStopSleepSeconds) -}}
{{- fail (printf "frontend.terminationGracePeriodSeconds is %d, but must be more than frontend.preStopSleepSeconds (%d): raise it, or lower the other" (int $f.terminationGracePeriodSeconds) (int $f.preStopSleepSeconds)) -}}
{{- end -}}
{{- if le (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds) -}}
{{- fail (printf "progressDeadlineSeconds is %d, but must be more than minReadySeconds (%d): raise it, or lower the other" (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds)) -}}
{{- end -}}
{{- $health := .Values.dapr.appHealth -}}
{{- if gt (int $health.timeoutMilliseconds) (mul 1000 (int $health.intervalSeconds) | int) -}}
{{- fail (printf "dapr.appHealth.timeoutMilliseconds is %d, but must not be more than dapr.appHealth.intervalSeconds (%d s): lower it, or raise the other" (int $health.timeoutMilliseconds) (int $health.intervalSeconds)) -}}
{{- end -}}
{{- if and .Values.dapr.enabled (gt (mul (int $health.intervalSeconds) (int $health.threshold) | int) (int $b.drainSeconds)) -}}
{{- fail (printf "dapr.appHealth.intervalSeconds x dapr.appHealth.threshold is %d s, but must not be more than backend.drainSeconds (%d s), or events reach a pod that has stopped listening: lower one of the two, or raise backend.drainSeconds" (mul (int $health.intervalSeconds) (int $health.threshold) | int) (int $b.drainSeconds)) -}}
{{- end -}}
{{- $kafka := .Values.dapr.kafka -}}
{{- if and .Values.dapr.enabled (not $kafka.tls) (eq $kafka.mechanism "PLAIN") -}}
{{- fail "dapr.kafka.mechanism is PLAIN and dapr.kafka.tls is false, so the password would be sent readable: set dapr.kafka.tls to true, or use SCRAM-SHA-256 or SCRAM-SHA-512" -}}
{{- end -}}
{{- if and .Values.dapr.enabled (not $kafka.tls) (trim $kafka.authority) -}}
{{- fail "dapr.kafka.authority is set, but dapr.kafka.tls is false, so nothing would be checked against it: set dapr.kafka.tls to true, or leave the authority empty" -}}
{{- end -}}
{{- $gateway := .Values.gateway -}}
{{- if and (ne .Values.environment "local") (not $gateway.url) (or (not $gateway.host) (hasPrefix "*." $gateway.host)) -}}
{{- fail "gateway.url is empty, and gateway.host names no single host: set gateway.url to the address people open, such as https://todo.example.com, or gateway.host to its name" -}}
{{- end -}}
{{- if and $gateway.url $gateway.host (not (hasPrefix "*." $gateway.host)) (ne $gateway.host (get (urlParse $gateway.url) "hostname")) -}}
{{- fail (printf "gateway.url is %s, but gateway.host is %s, and the gateway answers to that name alone: make them the same, or leave gateway.host empty" $gateway.url $gateway.host) -}}
{{- end -}}
{{- if and .Values.gateway.ingress.tlsSecretName (not .Values.gateway.host) -}}
{{- fail "gateway.ingress.tlsSecretName is set, but gateway.host is empty: set gateway.host to the name the certificate is for" -}}
{{- end -}}
{{- end }}
