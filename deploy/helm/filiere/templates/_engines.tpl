{{- define "filiere.postgresql.spec" }}
{{- $cnpg := .Values.postgresql.cloudnativepg }}
instances: {{ $cnpg.instances }}
{{- with $cnpg.imageName }}
imageName: {{ . | quote }}
{{- end }}
storage:
  size: {{ $cnpg.storage.size }}
  {{- with $cnpg.storage.class }}
  storageClass: {{ . }}
  {{- end }}
resources:
  {{- toYaml $cnpg.resources | nindent 2 }}
postgresql:
  parameters:
    max_connections: {{ $cnpg.maxConnections | int64 | quote }}
managed:
  roles:
    {{- range $name, $_ := include "filiere.services" . | fromYaml }}
    - name: {{ $name }}
      ensure: present
      login: true
      passwordSecret:
        name: {{ include "filiere.postgresql.passwordSecret" (dict "root" $ "service" $name) }}
    {{- end }}
{{- end }}

{{- define "filiere.kafka.spec" }}
{{- $strimzi := .root.Values.kafka.strimzi }}
kafka:
  {{- with $strimzi.cluster.version }}
  version: {{ . | quote }}
  {{- end }}
  listeners:
    {{- if $strimzi.users.enabled }}
    - name: tls
      port: 9093
      type: internal
      tls: true
      authentication:
        type: scram-sha-512
    {{- else }}
    - name: plain
      port: 9092
      type: internal
      tls: false
    {{- end }}
  {{- if $strimzi.users.enabled }}
  authorization:
    type: simple
  {{- end }}
  config:
    # Topics are declared; a name with a typing error shall not make one.
    auto.create.topics.enable: false
    default.replication.factor: {{ .copies }}
    min.insync.replicas: {{ .insync }}
    offsets.topic.replication.factor: {{ .copies }}
    transaction.state.log.replication.factor: {{ .copies }}
    transaction.state.log.min.isr: {{ .insync }}
entityOperator:
  topicOperator: {}
  userOperator: {}
{{- end }}

{{- define "filiere.kafka.retention" }}
{{- /* "for ever", whole days as P30D, or seconds as PT90S. */ -}}
{{- if eq . "for ever" -}}
-1
{{- else if regexMatch "^P[0-9]+D$" . -}}
{{- mul (regexFind "[0-9]+" . | int64) 86400000 -}}
{{- else if regexMatch "^PT[0-9]+S$" . -}}
{{- mul (regexFind "[0-9]+" . | int64) 1000 -}}
{{- else -}}
{{- fail (printf "files/topics.yaml: %s is no retention this chart can read." .) -}}
{{- end -}}
{{- end }}
