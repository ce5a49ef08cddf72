{{/*
Annotations of a pod with a sidecar. Call: dict "root" $ "appId" "…", and for a server: "port", "health" (a path),
"token" (the Secret whose token daprd sends), and "secrets" true where the sidecar reads Secrets.
The sidecar is a native one: it starts before the app, ends after it, and lets Jobs and test pods complete.
*/}}
{{- define "todo-app.daprAnnotations" -}}
{{- $dapr := .root.Values.dapr -}}
{{- $sidecar := $dapr.sidecar -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .appId }}
dapr.io/config: todo
dapr.io/enable-native-sidecar: "true"
dapr.io/graceful-shutdown-seconds: {{ $sidecar.gracefulShutdownSeconds | quote }}
dapr.io/log-level: {{ $dapr.logLevel }}
dapr.io/log-as-json: "true"
dapr.io/enable-api-logging: {{ $sidecar.apiLogging | quote }}
dapr.io/metrics-port: {{ $sidecar.metricsPort | quote }}
# Secrets come from kubernetes-secrets, within its scopes; the built-in store would want a token in every sidecar.
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/sidecar-cpu-request: {{ $sidecar.resources.requests.cpu | quote }}
dapr.io/sidecar-memory-request: {{ $sidecar.resources.requests.memory | quote }}
dapr.io/sidecar-cpu-limit: {{ $sidecar.resources.limits.cpu | quote }}
dapr.io/sidecar-memory-limit: {{ $sidecar.resources.limits.memory | quote }}
{{- if .port }}
dapr.io/app-port: {{ .port | quote }}
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: {{ .health }}
dapr.io/app-health-probe-interval: {{ $dapr.appHealth.intervalSeconds | quote }}
dapr.io/app-health-probe-timeout: {{ $dapr.appHealth.timeoutMilliseconds | quote }}
dapr.io/app-health-threshold: {{ $dapr.appHealth.threshold | quote }}
{{- end }}
{{- with .token }}
dapr.io/app-token-secret: {{ . }}
{{- end }}
{{- if .secrets }}
{{- $authority := ternary ",database-authority:/etc/todo" "" (ne "" (trim .root.Values.database.authority)) }}
dapr.io/volume-mounts: kubernetes-api:/var/run/secrets/kubernetes.io/serviceaccount{{ $authority }}
{{- end }}
{{- end }}

{{/*
What a client of the Kubernetes API needs, as the kubelet would mount it into every container of the pod. Here the
annotation above mounts it into daprd alone, so the app's own container holds no token.
*/}}
{{- define "todo-app.kubernetesApiVolume" -}}
- name: kubernetes-api
  projected:
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3607
      - configMap:
          name: kube-root-ca.crt
          items:
            - { key: ca.crt, path: ca.crt }
      - downwardAPI:
          items:
            - path: namespace
              fieldRef: { fieldPath: metadata.namespace }
{{- end }}

{{/*
Checksum of one template's objects, for pods that read them only at their start. Without the chart's version, which
stands in every label: a new chart with the same objects must not restart pods. Call: dict "root" $ "file" "…".
*/}}
{{- define "todo-app.checksum" -}}
{{- $chart := dict "Name" .root.Chart.Name "Version" "" "AppVersion" "" -}}
{{- $root := dict "Chart" $chart "Values" .root.Values "Release" .root.Release "Template" .root.Template -}}
{{- include (print .root.Template.BasePath "/" .file) $root | sha256sum -}}
{{- end }}
