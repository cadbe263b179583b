package pods

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// References are those of Kubernetes: to variables that stand before, and $$ is a $.
func TestVariables(t *testing.T) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Labels: map[string]string{"team": "a"}}}
	from := func(path string) *corev1.EnvVarSource {
		return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}
	}
	env, vars := environment(pod, &corev1.Container{Env: []corev1.EnvVar{
		{Name: "A", Value: "1"},
		{Name: "B", Value: "$(A)-$(LATER)-$$(A)-$$"},
		{Name: "LATER", Value: "2"},
		{Name: "POD", ValueFrom: from("metadata.name")},
		{Name: "TEAM", ValueFrom: from("metadata.labels['team']")},
	}})
	want := []string{"A=1", "B=1-$(LATER)-$(A)-$", "LATER=2", "POD=p", "TEAM=a"}
	if !slices.Equal(env, want) || vars["POD"] != "p" {
		t.Errorf("the variables are %q", env)
	}
}

func TestThePrograms(t *testing.T) {
	r, err := New(Options{DataDir: t.TempDir(), Binary: "/bin/mine", Binaries: map[string]string{"image:v2": "/bin/other"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		image string
		argv  []string
		want  string
	}{
		{"image:v1", []string{"my-program", "x"}, "/bin/mine"},
		{"image:v2", []string{"my-program", "x"}, "/bin/other"},
		{"image:v1", []string{"/usr/bin/env", "x"}, "/usr/bin/env"},
		{"image:v1", []string{"sh", "x"}, "sh"},
		{"image:v1", []string{"mine", "x"}, "/bin/mine"},
	} {
		if have := r.program(c.image, c.argv); have[0] != c.want || have[1] != "x" {
			t.Errorf("%v runs %v", c.argv, have)
		}
	}
}

func TestTheEndOfALog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("first\nlé"), 0o600); err != nil {
		t.Fatal(err)
	}
	if have := tail(path, 3); have != "lé" {
		t.Errorf("the end is %q", have)
	}
	if have := tail(path, 1); have != "\uFFFD" {
		t.Errorf("half a letter is %q", have)
	}
}
