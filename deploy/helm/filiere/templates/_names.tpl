{{- define "filiere.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Labels of every object. */}}
{{- define "filiere.labels" -}}
app.kubernetes.io/part-of: filiere
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What never changes about a pod of one service and component: (dict "root" $ "service" name "component" name). */}}
{{- define "filiere.selector" -}}
app.kubernetes.io/part-of: filiere
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .service }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* The services that are installed, with the defaults of `api`, `worker`, `migrate`, `secret` filled in, as YAML. */}}
{{- define "filiere.services" -}}
{{- $services := dict -}}
{{- range $name, $own := .Values.services -}}
{{- if kindIs "map" $own -}}
{{- $filled := dict "host" "" "settings" dict -}}
{{- range $part := list "api" "worker" "migrate" "secret" -}}
{{- $_ := set $filled $part (deepCopy (index $.Values $part)) -}}
{{- end -}}
{{- $_ := set $services $name (mergeOverwrite $filled (deepCopy $own)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $services -}}
{{- end }}

{{/* Address for people of one service: (dict "root" $ "service" name "host" host). */}}
{{- define "filiere.url" -}}
{{- $ingress := .root.Values.ingress -}}
{{- $scheme := ternary "https" "http" $ingress.https -}}
{{- if eq $ingress.mode "path" -}}
{{- printf "%s://%s/%s" $scheme $ingress.host .service -}}
{{- else -}}
{{- printf "%s://%s" $scheme .host -}}
{{- end -}}
{{- end }}

{{- define "filiere.secretName" -}}
{{- .values.secret.name | default (printf "%s-{service}-secrets" (include "filiere.fullname" .root)) | replace "{service}" .service -}}
{{- end }}

{{- define "filiere.kafka.cluster" -}}
{{- .Values.kafka.strimzi.clusterName | default (printf "%s-kafka" (include "filiere.fullname" .)) -}}
{{- end }}

{{/* "true" when the broker is one of Strimzi in this namespace. */}}
{{- define "filiere.kafka.strimzi" -}}
{{- if or .Values.kafka.strimzi.cluster.enabled .Values.kafka.strimzi.clusterName -}}true{{- end -}}
{{- end }}

{{- define "filiere.kafka.bootstrap" -}}
{{- if .Values.kafka.bootstrapServers -}}
{{- .Values.kafka.bootstrapServers -}}
{{- else if include "filiere.kafka.strimzi" . -}}
{{- printf "%s-kafka-bootstrap:%s" (include "filiere.kafka.cluster" .) (ternary "9093" "9092" .Values.kafka.strimzi.users.enabled) -}}
{{- else -}}
{{- fail "kafka.bootstrapServers is empty: name your Kafka, or switch kafka.strimzi.cluster.enabled on." -}}
{{- end -}}
{{- end }}

{{/* How to meet the broker, as YAML: protocol, mechanism, username, secretName, passwordKey, caSecretName, caKey. */}}
{{- define "filiere.kafka.security" -}}
{{- $own := deepCopy .root.Values.kafka.security -}}
{{- $user := printf "%s-%s" (include "filiere.fullname" .root) .service -}}
{{- if .root.Values.kafka.strimzi.users.enabled -}}
{{- /* The user operator makes a Secret of the user's name; the cluster's authority is in a Secret of Strimzi's. */ -}}
{{- $own = dict "protocol" "SASL_SSL" "mechanism" "SCRAM-SHA-512" "username" $user "secretName" $user "passwordKey" "password" "caSecretName" (printf "%s-cluster-ca-cert" (include "filiere.kafka.cluster" .root)) "caKey" "ca.crt" -}}
{{- else -}}
{{- $_ := set $own "username" ($own.username | default $user | replace "{service}" .service) -}}
{{- $_ := set $own "secretName" ($own.secretName | default (printf "%s-kafka" $user) | replace "{service}" .service) -}}
{{- end -}}
{{- toYaml $own -}}
{{- end }}

{{- define "filiere.postgresql.cluster" -}}
{{- .Values.postgresql.cloudnativepg.clusterName | default (printf "%s-postgresql" (include "filiere.fullname" .)) -}}
{{- end }}

{{- define "filiere.postgresql.passwordSecret" -}}
{{- .root.Values.postgresql.cloudnativepg.passwordSecretName | default (printf "%s-{service}-database" (include "filiere.fullname" .root)) | replace "{service}" .service -}}
{{- end }}

{{/* A value as people write it: Helm holds whole numbers as floating ones and would say 5.24288e+07. */}}
{{- define "filiere.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{- int64 . -}}{{- else -}}{{- . -}}{{- end -}}
{{- end }}
