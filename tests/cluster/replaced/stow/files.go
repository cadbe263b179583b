package stow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// files is the root directory of this machine, as a location and as its only container.
type files struct{}

func (files) CreateContainer(string) (Container, error) { return files{}, nil }
func (files) Container(string) (Container, error)       { return files{}, nil }
func (files) Name() string                              { return "" }

func place(id string) string { return filepath.Join("/", filepath.FromSlash(id)) }

// Item finds files alone: an object store has no directories.
func (files) Item(id string) (Item, error) {
	info, err := os.Stat(place(id))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return file{place(id), info}, nil
}

// Items are the files whose paths start with a text, in order; the cursor is the path of the last one.
func (files) Items(prefix, cursor string, count int) ([]Item, string, error) {
	start := place(prefix)
	if strings.HasSuffix(prefix, "/") {
		start += "/"
	}
	var items []Item
	last := ""
	err := filepath.WalkDir(filepath.Dir(start), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasPrefix(path, start) || path <= cursor:
			return nil
		case len(items) == count:
			last = items[count-1].(file).path
			return fs.SkipAll
		}
		info, err := entry.Info()
		if err == nil {
			items = append(items, file{path, info})
		}
		return err
	})
	return items, last, err
}

func (files) RemoveItem(id string) error { return os.Remove(place(id)) }

// Put writes a file that appears at once and whole.
func (files) Put(name string, r io.Reader, _ int64, _ map[string]any) (Item, error) {
	path := place(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(temporary, r)
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(temporary.Name()))
	}
	return files{}.Item(name)
}

func (files) PreSignRequest(context.Context, ClientMethod, string, PresignRequestParams) (PresignResponse, error) {
	return PresignResponse{}, errors.New("unsupported")
}

type file struct {
	path string
	info fs.FileInfo
}

func (f file) URL() *url.URL                     { return &url.URL{Scheme: "file", Path: f.path} }
func (f file) Size() (int64, error)              { return f.info.Size(), nil }
func (f file) Open() (io.ReadCloser, error)      { return os.Open(f.path) }
func (f file) ETag() (string, error)             { return fmt.Sprint(f.info.ModTime().UnixNano()), nil }
func (f file) Metadata() (map[string]any, error) { return map[string]any{}, nil }
