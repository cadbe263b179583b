package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
)

// command is the program with arguments, in a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	c := exec.CommandContext(limited, os.Args[0], args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// folder writes the files of a task, a workflow and its launch plan, as for flytectl.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	task := script("filed", copies)
	task.Spec.Template.Id = &core.Identifier{ResourceType: core.ResourceType_TASK, Name: "filed"}
	w := workflow("filed", "n0", call("n0", "filed", ""))
	plan := &idl.LaunchPlan{Id: planOf(w).GetId(), Spec: planOf(w).GetSpec()}
	for name, m := range map[string]proto.Message{"0_filed_1.pb": task.GetSpec(), "1_filed_2.pb": w.GetSpec(),
		"2_filed_3.pb": plan} {
		if err := os.WriteFile(filepath.Join(dir, name), ok(proto.Marshal(m))(t), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheCommands(t *testing.T) {
	dir, data := folder(t), t.TempDir()
	files := ok(filepath.Glob(filepath.Join(dir, "*.pb")))(t)
	compiled := ok(command(t, append([]string{"compile"}, files...)...).CombinedOutput())(t)
	if n := strings.Count(string(compiled), "ok "); n != 3 {
		t.Errorf("%d of 3 compile:\n%s", n, compiled)
	}
	// Without the task the workflow does not compile.
	if text, err := command(t, "compile", files[1]).CombinedOutput(); err == nil ||
		!bytes.Contains(text, []byte("missing entity of type TASK")) {
		t.Errorf("a workflow without its task (%v):\n%s", err, text)
	}

	// The same as JSON, and whatever the cluster says. The job of a dynamic task is compiled with its own tasks alone.
	job := &core.DynamicJobSpec{Nodes: []*core.Node{call("n0", "filed", "")}, Outputs: workflow("filed", "n0",
		call("n0", "filed", "")).GetSpec().GetTemplate().GetOutputs()}
	if err := os.WriteFile(filepath.Join(dir, "3_filed_4.pb"), ok(proto.Marshal(job))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(ok(command(t, "compile", "--json", "--dir", dir).Output())(t))), "\n")
	if len(lines) != 4 || lines[0] != `{"file":"0_filed_1.pb","error":""}` ||
		!strings.Contains(lines[3], "TaskReferenceNotFound") {
		t.Errorf("as JSON:\n%s", strings.Join(lines, "\n"))
	}
	if err := os.Remove(filepath.Join(dir, "3_filed_4.pb")); err != nil {
		t.Fatal(err)
	}

	cluster := served(t, data, "--limit", "cpu=16", "--limit", "memory=4Gi")
	text, err := command(t, "run", "--admin", cluster.address, "--dir", dir, "--workflow", "filed", "--input", "x=5",
		"--nodes").CombinedOutput()
	if err != nil ||
		!regexp.MustCompile(`(?s)^a\w{19} SUCCEEDED in .*n0 SUCCEEDED.*attempt 0 SUCCEEDED.*x = 5\n$`).Match(text) {
		t.Errorf("run (%v):\n%s", err, text)
	}
	// An input that there is not ends with an error.
	if text, err := command(t, "run", "--admin", cluster.address, "--workflow", "filed", "--input",
		"y=5").CombinedOutput(); err == nil {
		t.Errorf("an unknown input:\n%s", text)
	}
	cluster.stop(t)
	if text, err := command(t, "serve", "--limit", "cpus=1").CombinedOutput(); err == nil {
		t.Errorf("a limit that there is not:\n%s", text)
	}
}

// server is a cluster in a process of its own.
type server struct {
	*exec.Cmd
	address string
	log     *bytes.Buffer
	done    chan error
}

// served starts a cluster, and returns when it is ready.
func served(t *testing.T, data string, args ...string) *server {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready")
	s := &server{log: &bytes.Buffer{}, done: make(chan error, 1)}
	s.Cmd = command(t, append([]string{"serve", "--data", data, "--ready-file", ready, "--log-level", "-1"}, args...)...)
	s.Stdout, s.Stderr = s.log, s.log
	s.Cancel = func() error { return s.Process.Signal(syscall.SIGTERM) }
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.done <- s.Wait() }()
	until(t, "the address", func() bool { _, err := os.Stat(ready); return err == nil })
	s.address = string(ok(os.ReadFile(ready))(t))
	return s
}

// stop ends the cluster, which must end well.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("the server ended with %v:\n%s", err, s.log.String())
	}
}

// kill ends the cluster as a machine does that loses its power.
func (s *server) kill(t *testing.T) {
	t.Helper()
	_ = s.end(t, syscall.SIGKILL)
}

func (s *server) end(t *testing.T, signal syscall.Signal) error {
	t.Helper()
	if err := s.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.done:
		return err
	case <-time.After(patience):
		t.Fatal("the server does not end")
		return nil
	}
}

// The engine, too, needs a token: it gets one as every client does.
func TestAClusterThatAsksForTokens(t *testing.T) {
	client := []string{"--client-id", "me", "--client-secret", "s3cret"}
	cluster := served(t, t.TempDir(), client...)
	defer cluster.stop(t)
	run := append([]string{"run", "--admin", cluster.address, "--dir", folder(t), "--workflow", "filed", "--input", "x=5"},
		client...)
	if text, err := command(t, run...).CombinedOutput(); err != nil || !bytes.Contains(text, []byte("SUCCEEDED")) {
		t.Errorf("run (%v):\n%s", err, text)
	}
	without := []string{"run", "--admin", cluster.address, "--workflow", "filed", "--input", "x=5"}
	if text, err := command(t, without...).CombinedOutput(); err == nil ||
		!bytes.Contains(text, []byte("Unauthenticated")) {
		t.Errorf("without a token (%v):\n%s", err, text)
	}
}
