// Package stow stands in for the library by which Flyte's storage reaches object stores. It has the part of its
// interface that Flyte's storage uses, and files of this machine as the only store: the clients of the clouds, which
// nothing here uses, are a fifth of the work of a build.
package stow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"
)

// CursorStart is the cursor of the first page.
const CursorStart = ""

// ErrNotFound is the error of an item that there is not.
var ErrNotFound = errors.New("not found")

// IsCursorEnd says whether no page comes after a cursor.
func IsCursorEnd(cursor string) bool { return cursor == "" }

// ClientMethod is what a signed URL allows.
type ClientMethod int

// The methods.
const (
	ClientMethodGet ClientMethod = iota
	ClientMethodPut
)

// Location is a store.
type Location interface {
	CreateContainer(name string) (Container, error)
	Container(id string) (Container, error)
}

// Container is a bucket.
type Container interface {
	Name() string
	Item(id string) (Item, error)
	Items(prefix, cursor string, count int) ([]Item, string, error)
	RemoveItem(id string) error
	Put(name string, r io.Reader, size int64, metadata map[string]any) (Item, error)
	PreSignRequest(ctx context.Context, method ClientMethod, id string,
		params PresignRequestParams) (PresignResponse, error)
}

// Item is an object.
type Item interface {
	URL() *url.URL
	Size() (int64, error)
	Open() (io.ReadCloser, error)
	ETag() (string, error)
	Metadata() (map[string]any, error)
}

// PresignRequestParams says what a signed URL shall be good for.
type PresignRequestParams struct {
	ExpiresIn             time.Duration
	ContentMD5            string
	AddContentMD5Metadata bool
}

// PresignResponse is a signed URL.
type PresignResponse struct {
	Url                    string
	RequiredRequestHeaders map[string]string
}

// ConfigMap is the configuration of a store.
type ConfigMap map[string]string

// Dial opens a store.
func Dial(kind string, _ ConfigMap) (Location, error) {
	if kind != "local" {
		return nil, fmt.Errorf("there is no store of the kind %s here, only local files", kind)
	}
	return files{}, nil
}
