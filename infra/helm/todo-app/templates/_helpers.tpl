{{/* The release's name, kept as it is when it already says "todo-app". */}}
{{- define "todo-app.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* Labels that select pods. They can never change in a living Deployment. Call: dict "root" $ "component" "backend" */}}
{{- define "todo-app.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of a pod. No version among them: a new chart with the same image must not restart pods. */}}
{{- define "todo-app.podLabels" -}}
{{ include "todo-app.selectorLabels" . }}
app.kubernetes.io/part-of: {{ .root.Chart.Name }}
{{- end }}

{{/* Labels of an object. Without a component for what belongs to the whole release. */}}
{{- define "todo-app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: {{ .root.Chart.Name }}
{{- end }}

{{/* Image reference: by digest when there is one, else by tag. Call with an image block and the root. */}}
{{- define "todo-app.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "todo-app.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "todo-app.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{- define "todo-app.secretName" -}}
{{- if .Values.secrets.create -}}
{{ include "todo-app.fullname" . }}-secrets
{{- else -}}
{{ .Values.secrets.existing }}
{{- end -}}
{{- end }}

{{- define "todo-app.kafkaSecretName" -}}
{{- if .Values.secrets.create }}{{ include "todo-app.fullname" . }}-kafka-secrets{{ else }}{{ .Values.secrets.kafka }}{{ end -}}
{{- end }}

{{- define "todo-app.appTokenSecretName" -}}
{{- if .Values.secrets.create }}{{ include "todo-app.fullname" . }}-app-token{{ else }}{{ .Values.secrets.appToken }}{{ end -}}
{{- end }}

{{- define "todo-app.smokeUserSecretName" -}}
{{- if .Values.secrets.create }}{{ include "todo-app.fullname" . }}-smoke-user{{ else }}{{ .Values.secrets.smokeUser }}{{ end -}}
{{- end }}

{{/* The address people open. In the world `local` there is one that everybody has. */}}
{{- define "todo-app.url" -}}
{{- $gateway := .Values.gateway -}}
{{- if $gateway.url -}}
{{ $gateway.url }}
{{- else if $gateway.host -}}
http{{ if $gateway.ingress.tlsSecretName }}s{{ end }}://{{ $gateway.host }}
{{- else -}}
http://127.0.0.1:8000
{{- end -}}
{{- end }}

{{/* Pod fields of Kubernetes' "restricted" security standard, and the pull secrets. */}}
{{- define "todo-app.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "todo-app.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* For what follows the annotations prometheus.io/…; a sidecar's metrics are told of by its own Service. */}}
{{- define "todo-app.metricsAnnotations" -}}
prometheus.io/scrape: "true"
prometheus.io/port: {{ . | quote }}
prometheus.io/path: /metrics
{{- end }}

{{/* One probe over HTTP from a block of values. */}}
{{- define "todo-app.httpProbe" -}}
httpGet:
  path: {{ .path }}
  port: http
periodSeconds: {{ .periodSeconds }}
timeoutSeconds: {{ .timeoutSeconds }}
failureThreshold: {{ .failureThreshold }}
{{- end }}

{{/* Spread replicas over nodes where there are several; on one node it asks for nothing. */}}
{{- define "todo-app.topologySpread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "todo-app.selectorLabels" . | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}

{{/* The backend's environment, the same for the server and the migration. */}}
{{- define "todo-app.backendEnv" -}}
{{- $secret := include "todo-app.secretName" . -}}
- name: TODO_ENVIRONMENT
  value: {{ .Values.environment | quote }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: database-url }
- name: BETTER_AUTH_URL
  value: {{ include "todo-app.url" . | quote }}
- name: COHERE_API_KEY
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: cohere-api-key, optional: true }
{{- range $name, $value := .Values.backend.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
Certificates of the database's private authority as a file of a pod, for `sslrootcert` of the URL. Written as an
annotation, which the volume shows: what comes before the release, as the migration, has no object of it to mount.
…Annotation and …Volume go into a pod, …Mount into each container of it that reads the URL. Empty without an authority.
*/}}
{{- define "todo-app.databaseAuthorityAnnotation" -}}
{{- with .Values.database.authority | trim -}}
todo-app/database-authority: {{ . | quote }}
{{- end -}}
{{- end }}

{{- define "todo-app.databaseAuthorityVolume" -}}
{{- if .Values.database.authority | trim -}}
- name: database-authority
  downwardAPI:
    items:
      - path: database-authority.pem
        fieldRef: { fieldPath: "metadata.annotations['todo-app/database-authority']" }
{{- end -}}
{{- end }}

{{- define "todo-app.databaseAuthorityMount" -}}
{{- if .Values.database.authority | trim -}}
- name: database-authority
  mountPath: /etc/todo
  readOnly: true
{{- end -}}
{{- end }}
