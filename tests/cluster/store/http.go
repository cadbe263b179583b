package store

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP takes and gives files by links of the store, with the answers of an object store.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/data/")
	values := r.URL.Query()
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	expires, err := strconv.ParseInt(values.Get("expires"), 10, 64)
	if err != nil || !filepath.IsLocal(path) || !hmac.Equal([]byte(s.sign(method, path, values)),
		[]byte(values.Get("signature"))) {
		http.Error(w, "SignatureDoesNotMatch", http.StatusForbidden)
		return
	}
	if time.Now().Unix() >= expires {
		http.Error(w, "AccessDenied: Request has expired", http.StatusForbidden)
		return
	}
	path = filepath.Join(s.dir, path)
	switch method {
	case http.MethodGet:
		http.ServeFile(w, r, path)
	case http.MethodPut:
		s.put(w, r, path, values.Get("md5"))
	default:
		http.Error(w, "MethodNotAllowed", http.StatusMethodNotAllowed)
	}
}

func (s *Store) put(w http.ResponseWriter, r *http.Request, path, digest string) {
	if digest != r.Header.Get("Content-MD5") {
		// The header is one of those that are signed.
		http.Error(w, "SignatureDoesNotMatch", http.StatusForbidden)
		return
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".upload-*")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	sum := md5.New()
	_, err = io.Copy(io.MultiWriter(file, sum), r.Body)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	have := base64.StdEncoding.EncodeToString(sum.Sum(nil))
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case digest != "" && digest != have:
		http.Error(w, "BadDigest", http.StatusBadRequest)
	default:
		if err = os.Rename(file.Name(), path); err == nil {
			return
		}
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	_ = os.Remove(file.Name())
}
