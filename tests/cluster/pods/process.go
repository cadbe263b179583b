package pods

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
)

// execute runs a container to its end, with an exit status as Kubernetes has it.
func (r *Runner) execute(pod *corev1.Pod, c *corev1.Container, process *podProcess) (code int, reason, message string) {
	work := filepath.Join(r.opts.DataDir, "pods", pod.Namespace, pod.Name)
	if err := os.MkdirAll(work, 0o755); err != nil {
		return 128, "CreateContainerError", err.Error()
	}
	log, err := os.Create(filepath.Join(r.opts.DataDir, "logs", pod.Name+".log"))
	if err != nil {
		return 128, "CreateContainerError", err.Error()
	}
	defer log.Close()
	env, vars := environment(pod, c)
	secretEnv, err := r.secrets(pod, work)
	if err != nil {
		return 128, "CreateContainerConfigError", err.Error()
	}
	env = append(env, secretEnv...)
	argv := append(append([]string{}, c.Command...), c.Args...)
	pilot, err := newCopilot(pod, work)
	if err == nil {
		err = pilot.before()
	}
	if err != nil {
		return 128, "CopilotError", err.Error()
	}
	for i := range argv {
		argv[i] = pilot.replace(expand(argv[i], vars))
	}
	argv = r.program(c.Image, argv)
	if len(argv) == 0 {
		return 128, "StartError", "the container has neither a command nor arguments"
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = work
	if c.WorkingDir != "" {
		if info, err := os.Stat(c.WorkingDir); err == nil && info.IsDir() {
			cmd.Dir = c.WorkingDir
		}
	}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + work, "TMPDIR=" + work, "LANG=C.UTF-8"},
		r.opts.Env...)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	fmt.Fprintf(log, "# %s\n", strings.Join(argv, " "))
	if err := cmd.Start(); err != nil {
		return 128, "StartError", err.Error()
	}
	forget, err := rememberGroup(groupsDir(r.opts.DataDir), cmd.Process.Pid)
	if err != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		return 128, "StartError", err.Error()
	}
	defer forget()
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case err = <-exited:
	case <-process.stop:
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case err = <-exited:
		case <-time.After(r.opts.GracePeriod):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			err = <-exited
		}
	}
	// What the process has left behind ends with its container.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	code = cmd.ProcessState.ExitCode()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		code = 128 + int(ws.Signal())
	}
	if code == 0 && err == nil {
		if err := pilot.after(); err != nil {
			return 1, "CopilotError", err.Error()
		}
		return 0, "Completed", ""
	}
	return code, "Error", tail(log.Name(), 2048)
}

// program is the command line that is run for a container's.
func (r *Runner) program(image string, argv []string) []string {
	if len(argv) == 0 || filepath.IsAbs(argv[0]) {
		return argv
	}
	binary := r.opts.Binary
	if of, ok := r.opts.Binaries[image]; ok {
		binary = of
	}
	if binary == "" || strings.Contains(argv[0], "/") {
		return argv
	}
	if filepath.Base(binary) != argv[0] {
		if _, err := exec.LookPath(argv[0]); err == nil {
			return argv
		}
	}
	return append([]string{binary}, argv[1:]...)
}

func primaryContainer(pod *corev1.Pod) *corev1.Container {
	name := pod.Annotations[flytek8s.PrimaryContainerKey]
	for i := range pod.Spec.Containers {
		if pod.Spec.Containers[i].Name == name {
			return &pod.Spec.Containers[i]
		}
	}
	for i := range pod.Spec.Containers {
		if !strings.HasPrefix(pod.Spec.Containers[i].Name, copilotPrefix) {
			return &pod.Spec.Containers[i]
		}
	}
	return &pod.Spec.Containers[0]
}

// tail is the end of a file.
func tail(path string, size int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > size {
		_, _ = f.Seek(-size, io.SeekEnd)
	}
	data, _ := io.ReadAll(f)
	return string(bytes.ToValidUTF8(data, []byte("\uFFFD")))
}
