// Package journal keeps what a process must know after it was killed: a file with a line of JSON for each change.
package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Journal is a file that grows. The last line of a process that was killed may be a part of one; it is cut off.
type Journal struct {
	mu   sync.Mutex
	file *os.File
}

// Open reads the lines of a file, oldest first, and keeps it open for more. A file that does not exist has no lines.
func Open(path string, read func(line []byte) error) (*Journal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	whole, err := readLines(bufio.NewReader(file), read)
	if err == nil {
		err = file.Truncate(whole)
	}
	if err == nil {
		_, err = file.Seek(whole, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &Journal{file: file}, nil
}

// readLines returns the size in bytes of the lines that are whole.
func readLines(file *bufio.Reader, read func(line []byte) error) (int64, error) {
	var whole int64
	for {
		line, err := file.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return 0, err
		}
		if err := read(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return 0, err
		}
		whole += int64(len(line))
	}
}

// Append adds a line. It is in the file when Append returns, whatever happens to the process after that.
func (j *Journal) Append(change any) error {
	line, err := json.Marshal(change)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.file.Write(append(line, '\n'))
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
