{{- define "filiere.policy.head" }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "filiere.fullname" .root }}-{{ .name }}
  labels:
    {{- include "filiere.labels" .root | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/part-of: filiere
      app.kubernetes.io/instance: {{ .root.Release.Name }}
    {{- with .components }}
    matchExpressions:
      - { key: app.kubernetes.io/component, operator: In, values: {{ toJson . }} }
    {{- end }}
{{- end }}

{{- define "filiere.policy.peers" }}
{{- with .peers }}
      {{ $.word }}:
        {{- toYaml . | nindent 8 }}
{{- end }}
      ports:
        {{- range .ports }}
        - { protocol: TCP, port: {{ . }} }
        {{- end }}
{{- end }}
