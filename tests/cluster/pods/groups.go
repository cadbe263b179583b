package pods

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// groupsDir has a file for each process group that runs. A runner that is killed cannot end them; the next one does.
func groupsDir(dataDir string) string { return filepath.Join(dataDir, "groups") }

// rememberGroup notes a process group. The function that it returns takes the note back.
func rememberGroup(dir string, leader int) (func(), error) {
	start, err := startOf(leader)
	if errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil // It has ended already.
	}
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, strconv.Itoa(leader))
	if err := os.WriteFile(path, []byte(start), 0o644); err != nil {
		return nil, err
	}
	return func() { _ = os.Remove(path) }, nil
}

// endLeftProcesses ends the groups that are noted, and takes the notes back.
func endLeftProcesses(dir string) error {
	notes, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, note := range notes {
		path := filepath.Join(dir, note.Name())
		noted, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		leader, err := strconv.Atoi(note.Name())
		if err != nil {
			return fmt.Errorf("%s is not named for a process", path)
		}
		// The number may be that of another process by now, but not of another group while one of this group is left.
		if start, err := startOf(leader); err != nil || start == string(noted) {
			_ = syscall.Kill(-leader, syscall.SIGKILL)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// startOf is when a process started, in ticks since the machine did.
func startOf(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	// The name, in parentheses, may have spaces in it; the start is the 22nd of all fields.
	_, after, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')'):]), " ")
	fields := strings.Fields(after)
	if len(fields) < 20 {
		return "", fmt.Errorf("/proc/%d/stat has %d fields behind the name", pid, len(fields))
	}
	return fields[19], nil
}
