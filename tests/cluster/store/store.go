// Package store keeps what executions read and write in files below one directory, and gives and takes files over HTTP
// by links that are signed.
package store

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
)

// MaxInline is the size in bytes of the largest literals that an answer has in it; greater ones are left out of it.
const MaxInline = 2 << 20

// Store is a directory. References to what lies in it are file://PATH.
type Store struct {
	dir     string
	signed  bool
	secret  []byte
	address string
}

// New is a store in a directory, which must be an absolute path. Without `signed` it makes no links, as flyteadmin does
// on a file system; with it, it is like one on an object store.
func New(dir string, signed bool) *Store {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	return &Store{dir: dir, signed: signed, secret: secret}
}

// Serve says at which HOST:PORT the links of the store are served.
func (s *Store) Serve(address string) { s.address = address }

// Reference is the reference to a path below the directory, and whether it stays below.
func (s *Store) Reference(parts ...string) (string, bool) {
	path := filepath.Join(parts...)
	return "file://" + filepath.Join(s.dir, path), filepath.IsLocal(path)
}

// Write keeps a message at a path below the directory.
func (s *Store) Write(path string, m proto.Message) (string, error) {
	data, err := proto.Marshal(m)
	if err != nil {
		return "", fault.Internal("%v", err)
	}
	path = filepath.Join(s.dir, path)
	// A rename, so that a reader finds one message or the other, whole.
	if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
		if err = os.WriteFile(path+".new", data, 0o644); err == nil {
			err = os.Rename(path+".new", path)
		}
	}
	if err != nil {
		return "", fault.Internal("%v", err)
	}
	return "file://" + path, nil
}

// Read is the literals at a reference; none if nothing is there.
func (s *Store) Read(reference string) (*core.LiteralMap, error) {
	m := &core.LiteralMap{}
	data, err := os.ReadFile(plain(reference))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = proto.Unmarshal(data, m)
	}
	if err != nil {
		return nil, fault.Internal("cannot read %s: %v", reference, err)
	}
	return m, nil
}

// Literals is what an answer says of the literals at a reference: the link to them if there are links, and themselves
// unless they are too great, where they are empty, and that is no error.
func (s *Store) Literals(reference string) (*core.LiteralMap, *admin.UrlBlob, error) {
	literals, blob := &core.LiteralMap{}, &admin.UrlBlob{}
	if reference == "" {
		return literals, blob, nil
	}
	info, err := os.Stat(plain(reference))
	if err != nil {
		return literals, blob, nil
	}
	if s.signed {
		link, err := s.Link("GET", reference, nil, time.Hour)
		if err != nil {
			return nil, nil, err
		}
		blob.Url, blob.Bytes = link, info.Size()
	}
	if info.Size() > MaxInline {
		return literals, blob, nil
	}
	literals, err = s.Read(reference)
	return literals, blob, err
}

// MD5 is the digest of the file at a reference, and whether there is one.
func (s *Store) MD5(reference string) ([]byte, bool) {
	data, err := os.ReadFile(plain(reference))
	if err != nil {
		return nil, false
	}
	sum := md5.Sum(data)
	return sum[:], true
}

// Link is a URL that allows one method for the file at a reference for some time. With a digest, what is put there must
// have it, and the request must name it.
func (s *Store) Link(method, reference string, digest []byte, valid time.Duration) (string, error) {
	path, ok := strings.CutPrefix(plain(reference), s.dir+"/")
	if !s.signed || !ok {
		return "", fault.Internal("failed to create a signed url. Error: unsupported")
	}
	values := url.Values{"expires": {strconv.FormatInt(time.Now().Add(valid).Unix(), 10)}}
	if len(digest) > 0 {
		values.Set("md5", base64.StdEncoding.EncodeToString(digest))
	}
	values.Set("signature", s.sign(method, path, values))
	link := url.URL{Scheme: "http", Host: s.address, Path: "/data/" + path, RawQuery: values.Encode()}
	return link.String(), nil
}

func (s *Store) sign(method, path string, values url.Values) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(strings.Join([]string{method, path, values.Get("expires"), values.Get("md5")}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

func plain(reference string) string { return strings.TrimPrefix(reference, "file://") }
