package admin

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"

	"flyte1cluster/fault"
)

// maxValid is how long a link can be valid, and is unless a request says otherwise.
const maxValid = time.Hour

// CreateUploadLocation is part of DataProxyService: a place that takes an HTTP PUT. The project need not be there.
func (s *Server) CreateUploadLocation(
	_ context.Context, r *service.CreateUploadLocationRequest,
) (*service.CreateUploadLocationResponse, error) {
	root, name := r.GetFilenameRoot(), r.GetFilename()
	switch {
	case r.GetProject() == "" || r.GetDomain() == "":
		return nil, fault.Invalid("project and domain are required parameters")
	case root == "" && len(r.GetContentMd5()) == 0:
		return nil, fault.Invalid("content_md5 or filename_root is a required parameter")
	}
	known := root != "" && name != ""
	if root == "" {
		root = base32.StdEncoding.EncodeToString(r.GetContentMd5())
	}
	if name == "" {
		name = randomName(20)
	}
	place, ok := s.files.Reference("uploads", r.GetOrg(), r.GetProject(), r.GetDomain(), root, name)
	if !ok {
		return nil, fault.Invalid("not a place for a file: %s", place)
	}
	if known {
		if have, ok := s.files.MD5(place); ok && !bytes.Equal(have, r.GetContentMd5()) {
			return nil, status.Errorf(codes.AlreadyExists,
				"file already exists at location [%v], specify a matching hash if you wish to rewrite", place)
		}
	}
	valid := maxValid
	if d := r.GetExpiresIn(); d != nil {
		if !d.IsValid() {
			return nil, fault.Invalid("expiresIn [%v] is invalid", d)
		}
		if valid = d.AsDuration(); valid > maxValid {
			return nil, fault.Invalid("expiresIn [%v] cannot exceed max allowed expiration [%v]", valid, maxValid)
		}
	}
	link, err := s.files.Link("PUT", place, r.GetContentMd5(), valid)
	if err != nil {
		return nil, err
	}
	digest := base64.StdEncoding.EncodeToString(r.GetContentMd5())
	// The length is not that of the body, as in flyteadmin: a client has to send the true one.
	headers := map[string]string{"Content-Length": strconv.Itoa(len(digest)), "Content-MD5": digest}
	if r.GetAddContentMd5Metadata() {
		headers["x-amz-meta-flyteContentMD5"] = digest
	}
	return &service.CreateUploadLocationResponse{
		SignedUrl: link, NativeUrl: place, ExpiresAt: expiry(valid), Headers: headers,
	}, nil
}

// validFor is how long a link to download is asked to be valid.
func validFor(d *durationpb.Duration) (time.Duration, error) {
	switch {
	case d == nil:
		return maxValid, nil
	case !d.IsValid():
		return 0, fmt.Errorf("input duration [%v] is invalid", d)
	case d.AsDuration() < 0:
		return 0, fmt.Errorf("input duration [%v] should not less than 0", d.AsDuration())
	case d.AsDuration() > maxValid:
		return 0, fmt.Errorf("input duration [%v] cannot exceed max allowed expiration [%v]", d.AsDuration(), maxValid)
	}
	return d.AsDuration(), nil
}

// CreateDownloadLocation is part of DataProxyService.
func (s *Server) CreateDownloadLocation(
	_ context.Context, r *service.CreateDownloadLocationRequest,
) (*service.CreateDownloadLocationResponse, error) {
	valid, err := validFor(r.GetExpiresIn())
	if err != nil {
		return nil, fault.Invalid("error while validating request: expiresIn is invalid. Error: %v", err)
	}
	link, err := s.files.Link("GET", r.GetNativeUrl(), nil, valid)
	if err != nil {
		return nil, err
	}
	return &service.CreateDownloadLocationResponse{SignedUrl: link, ExpiresAt: expiry(valid)}, nil
}

// CreateDownloadLink is part of DataProxyService: the deck of a node.
func (s *Server) CreateDownloadLink(
	_ context.Context, r *service.CreateDownloadLinkRequest,
) (*service.CreateDownloadLinkResponse, error) {
	valid, err := validFor(r.GetExpiresIn())
	switch {
	case err != nil:
		return nil, fault.Invalid("error while validating request. Error: expiresIn is invalid. Error: %v", err)
	case r.GetArtifactType() == service.ArtifactType_ARTIFACT_TYPE_UNDEFINED:
		return nil, fault.Invalid("error while validating request. Error: invalid artifact type [%v]", r.GetArtifactType())
	case r.GetSource() == nil:
		return nil, fault.Invalid("error while validating request. Error: source is required. Provided nil")
	}
	of, ok := r.GetSource().(*service.CreateDownloadLinkRequest_NodeExecutionId)
	if !ok {
		return nil, fault.Invalid("unsupported source [%v]", reflect.TypeOf(r.GetSource()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(of.NodeExecutionId)
	if err != nil {
		return nil, fault.Invalid("failed to find node execution [%v]. Error: %v", of.NodeExecutionId, message(err))
	}
	deck := n.GetClosure().GetDeckUri()
	if deck == "" {
		return nil, status.Errorf(codes.NotFound, "no deckUrl found for request [%+v]", r)
	}
	if _, ok := s.files.MD5(deck); !ok {
		return nil, status.Error(codes.NotFound, "object not found")
	}
	link, err := s.files.Link("GET", deck, nil, valid)
	if err != nil {
		return nil, err
	}
	links, until := []string{link}, expiry(valid)
	return &service.CreateDownloadLinkResponse{
		SignedUrl: links, ExpiresAt: until, PreSignedUrls: &service.PreSignedURLs{SignedUrl: links, ExpiresAt: until},
	}, nil
}
