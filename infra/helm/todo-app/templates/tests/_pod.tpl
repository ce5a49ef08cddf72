{{/*
What becomes of a test: made anew each time, kept only when it fails, and what it said shown by helm on standard error.
(`helm test --logs` shows it a second time and stumbles over the Job among the tests.)
*/}}
{{- define "todo-app.testHook" -}}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
{{- end }}

{{/*
A `helm test` pod: one Python script in the backend's image, so that no further image is needed.
Call: dict "root" $ "name" "backend" "script" "…", and "weight" to run after others: the first failure ends a test run.
*/}}
{{- define "todo-app.testPod" -}}
{{- $ctx := dict "root" .root "component" "test" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "todo-app.fullname" .root }}-test-{{ .name }}
  labels:
    {{- include "todo-app.labels" $ctx | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | default 0 | quote }}
    {{- include "todo-app.testHook" .root | nindent 4 }}
    dapr.io/enabled: "false"
spec:
  restartPolicy: Never
  activeDeadlineSeconds: 60
  {{- include "todo-app.podSecurity" .root | nindent 2 }}
  containers:
    - name: test
      image: {{ include "todo-app.image" (dict "image" .root.Values.backend.image "root" .root) | quote }}
      imagePullPolicy: IfNotPresent
      command: [python3, -c]
      args:
        - |
          {{- .script | nindent 10 }}
      resources:
        requests: { cpu: 10m, memory: 32Mi }
        limits: { cpu: "1", memory: 128Mi }
      {{- include "todo-app.containerSecurity" .root | nindent 6 }}
{{- end }}
