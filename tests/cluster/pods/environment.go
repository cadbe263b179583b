package pods

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils/secrets"
)

// environment is the environment of a container, as NAME=VALUE and by name.
func environment(pod *corev1.Pod, c *corev1.Container) ([]string, map[string]string) {
	vars := map[string]string{}
	var env []string
	for _, e := range c.Env {
		value := expand(e.Value, vars)
		if e.ValueFrom != nil && e.ValueFrom.FieldRef != nil {
			value = field(pod, e.ValueFrom.FieldRef.FieldPath)
		}
		vars[e.Name] = value
		env = append(env, e.Name+"="+value)
	}
	return env, vars
}

// field is what the downward API says of a pod.
func field(pod *corev1.Pod, path string) string {
	switch path {
	case "metadata.name":
		return pod.Name
	case "metadata.namespace":
		return pod.Namespace
	case "metadata.uid":
		return string(pod.UID)
	case "spec.nodeName":
		return "local"
	case "status.podIP", "status.hostIP":
		return "127.0.0.1"
	}
	if key, ok := strings.CutPrefix(path, "metadata.labels['"); ok {
		return pod.Labels[strings.TrimSuffix(key, "']")]
	}
	if key, ok := strings.CutPrefix(path, "metadata.annotations['"); ok {
		return pod.Annotations[strings.TrimSuffix(key, "']")]
	}
	return ""
}

var reference = regexp.MustCompile(`\$\$|\$\(([-._a-zA-Z][-._a-zA-Z0-9]*)\)`)

// expand replaces $(NAME) as Kubernetes does: only where there is such a variable, and $$ is a $.
func expand(text string, vars map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if value, ok := vars[found[2:len(found)-1]]; ok {
			return value
		}
		return found
	})
}

// secrets is what propeller's webhook would have put into a pod: variables, and files below the directory of the pod,
// as nothing is mounted here.
func (r *Runner) secrets(pod *corev1.Pod, work string) ([]string, error) {
	asked, err := secrets.UnmarshalStringMapToSecrets(pod.Annotations)
	if err != nil || pod.Labels[secrets.PodLabel] != secrets.PodLabelValue {
		return nil, err
	}
	var env []string
	for _, s := range asked {
		value, ok := r.opts.Secrets[s.GetGroup()+"/"+s.GetKey()]
		if s.GetMountRequirement() == core.Secret_ENV_VAR {
			env = append(env, "FLYTE_SECRETS_ENV_PREFIX=_FSEC_")
			if ok {
				env = append(env, strings.ToUpper("_FSEC_"+s.GetGroup()+"_"+s.GetKey())+"="+value)
			}
			if ok && s.GetEnvVar() != "" {
				env = append(env, s.GetEnvVar()+"="+value)
			}
			continue
		}
		dir := filepath.Join(work, "secrets")
		path := filepath.Join(dir, strings.ToLower(s.GetGroup()), strings.ToLower(s.GetKey()))
		env = append(env, "FLYTE_SECRETS_DEFAULT_DIR="+dir, "FLYTE_SECRETS_FILE_PREFIX=")
		if s.GetEnvVar() != "" {
			env = append(env, s.GetEnvVar()+"="+path)
		}
		if !ok {
			continue // The volume is optional.
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
			return nil, err
		}
	}
	return env, nil
}
