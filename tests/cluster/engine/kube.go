package engine

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// emptyCluster is a client of a Kubernetes that has nothing in it: propeller asks it for pod templates and namespaces.
// The fake one of its library is much more to build.
func emptyCluster() (kubernetes.Interface, error) {
	return kubernetes.NewForConfig(&rest.Config{Host: "http://localhost", Transport: emptyServer{}})
}

type emptyServer struct{}

// RoundTrip answers lists with no items, and watches with no events.
func (emptyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	kinds := map[string]string{"podtemplates": "PodTemplateList", "namespaces": "NamespaceList"}
	kind, ok := kinds[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
	response := &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}},
	}
	switch {
	case !ok:
		response.StatusCode = http.StatusNotFound
		response.Body = io.NopCloser(strings.NewReader(`{"kind":"Status","apiVersion":"v1","code":404,"reason":"NotFound"}`))
	case r.URL.Query().Get("watch") != "":
		events, end := io.Pipe()
		go func() {
			<-r.Context().Done()
			_ = end.Close()
		}()
		response.Body = events
	default:
		text := `{"kind":"` + kind + `","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`
		response.Body = io.NopCloser(bytes.NewReader([]byte(text)))
	}
	return response, nil
}
