{{/*
Parts of pods. Each takes (dict "root" $ "service" name "values" the service's values "component" api|worker|migrate).
*/}}

{{- define "filiere.image" -}}
{{- printf "%s/%s:%s" .root.Values.image.repository .service (.root.Values.image.tag | default .root.Chart.AppVersion) -}}
{{- end }}

{{/* The address of the service's database, from a Secret. */}}
{{- define "filiere.environment.database" -}}
{{- $postgresql := .root.Values.postgresql -}}
{{- if $postgresql.cloudnativepg.enabled -}}
- name: DATABASE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "filiere.postgresql.passwordSecret" . }}
      key: password
- name: DATABASE_URL
  value: postgresql://{{ .service }}:$(DATABASE_PASSWORD)@{{ include "filiere.postgresql.cluster" .root }}-rw:{{ $postgresql.port }}/{{ .service }}
{{- else -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "filiere.secretName" . }}
      key: {{ .values.secret.databaseUrlKey }}
{{- end }}
{{- end }}

{{/* Secrets of one component: the api logs people in, the worker speaks to the broker. */}}
{{- define "filiere.environment" -}}
{{ include "filiere.environment.database" . }}
{{- if eq .component "api" }}
- name: SESSION_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ include "filiere.secretName" . }}
      key: {{ .values.secret.sessionSecretKey }}
- name: OIDC_CLIENT_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ include "filiere.secretName" . }}
      key: {{ .values.secret.oidcClientSecretKey }}
{{- if eq .service "distribute" }}
- name: TOPUP_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ include "filiere.secretName" . }}
      key: {{ .values.secret.topupKeysKey }}
      optional: true {{- /* without it no code of a top-up comes in, and all else works */}}
{{- end }}
{{- end }}
{{- if and (eq .component "worker") .root.Values.mail.host .root.Values.mail.username }}
- name: SMTP_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ required "mail.secretName holds the password of mail.username." .root.Values.mail.secretName }}
      key: {{ .root.Values.mail.passwordKey }}
{{- end }}
{{- if eq .component "worker" }}
{{- $security := include "filiere.kafka.security" . | fromYaml }}
{{- if hasPrefix "SASL" $security.protocol }}
- name: KAFKA_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $security.secretName }}
      key: {{ $security.passwordKey }}
{{- end }}
{{- end }}
{{- end }}

{{/* Pod fields that are the same for every pod of ours. */}}
{{- define "filiere.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .root.Values.podSecurity.runAsUser }}
  runAsGroup: {{ .root.Values.podSecurity.runAsGroup }}
  fsGroup: {{ .root.Values.podSecurity.fsGroup }}
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "filiere.container.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* A sleep before SIGTERM, in which Services and load balancers forget the pod; needs no shell in the image. */}}
{{- define "filiere.lifecycle" -}}
{{- with .root.Values.termination.preStopSeconds }}
lifecycle:
  preStop:
    sleep:
      seconds: {{ . }}
{{- end }}
{{- end }}

{{- define "filiere.grace" -}}
{{- add .Values.termination.preStopSeconds .Values.termination.drainSeconds 15 -}}
{{- end }}

{{- define "filiere.spread" -}}
topologySpreadConstraints:
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "filiere.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
