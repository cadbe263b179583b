package admin

import (
	"bytes"
	"crypto/md5"
	"encoding/base32"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/event"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

func fetch(t *testing.T, link string) []byte {
	t.Helper()
	response := take(http.Get(link))(t)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s for %s", response.Status, link)
	}
	return take(io.ReadAll(response.Body))(t)
}

// send puts a text where an answer says, and returns the status.
func send(t *testing.T, place *service.CreateUploadLocationResponse, text string) int {
	t.Helper()
	put := take(http.NewRequest(http.MethodPut, place.GetSignedUrl(), strings.NewReader(text)))(t)
	for name, value := range place.GetHeaders() {
		if name != "Content-Length" && value != "" {
			put.Header.Set(name, value)
		}
	}
	response := take(http.DefaultClient.Do(put))(t)
	defer response.Body.Close()
	return response.StatusCode
}

func TestUploads(t *testing.T) {
	r := newRig(t, Options{})
	sum := md5.Sum([]byte("some text"))
	base := &service.CreateUploadLocationRequest{
		Project: "nowhere", Domain: "development", Filename: "a.txt", ContentMd5: sum[:],
	}
	place := take(r.proxy.CreateUploadLocation(ctx, base))(t)
	if !strings.HasSuffix(place.GetNativeUrl(),
		"/nowhere/development/"+base32.StdEncoding.EncodeToString(sum[:])+"/a.txt") {
		t.Errorf("the place is %s", place.GetNativeUrl())
	}
	digest := base64.StdEncoding.EncodeToString(sum[:])
	if h := place.GetHeaders(); h["Content-MD5"] != digest || h["Content-Length"] != "24" || len(h) != 2 {
		t.Errorf("the headers are %v", h)
	}
	marked := take(r.proxy.CreateUploadLocation(ctx, changed(base, func(q *service.CreateUploadLocationRequest) {
		q.AddContentMd5Metadata = true
	})))(t)
	if h := marked.GetHeaders(); h["x-amz-meta-flyteContentMD5"] != digest {
		t.Errorf("the headers are %v", h)
	}
	unnamed := take(r.proxy.CreateUploadLocation(ctx, &service.CreateUploadLocationRequest{
		Project: "p", Domain: "d", FilenameRoot: "root",
	}))(t)
	if name := filepath.Base(unnamed.GetNativeUrl()); len(name) != 20 || unnamed.GetHeaders()["Content-Length"] != "0" {
		t.Errorf("without a name and a digest: %v", unnamed)
	}
	if code := send(t, unnamed, "any text"); code != http.StatusOK {
		t.Errorf("a text without a digest has not been taken: %d", code)
	}
	if code := send(t, place, "another text"); code != http.StatusBadRequest {
		t.Errorf("a text with another digest has been taken: %d", code)
	}
	if code := send(t, place, "some text"); code != http.StatusOK {
		t.Errorf("the text has not been taken: %d", code)
	}
	have, err := os.ReadFile(strings.TrimPrefix(place.GetNativeUrl(), "file://"))
	if err != nil || string(have) != "some text" {
		t.Errorf("what has been uploaded is %q (%v)", have, err)
	}
	down := take(r.proxy.CreateDownloadLocation(ctx, &service.CreateDownloadLocationRequest{
		NativeUrl: place.GetNativeUrl(),
	}))(t)
	if have := fetch(t, down.GetSignedUrl()); string(have) != "some text" {
		t.Errorf("what has been downloaded is %q", have)
	}
	if code := send(t, changed(place, func(p *service.CreateUploadLocationResponse) { p.SignedUrl = down.GetSignedUrl() }),
		"some text"); code != http.StatusForbidden {
		t.Errorf("a link to download has taken a text: %d", code)
	}
}

func TestWhatTheDataProxyRefuses(t *testing.T) {
	r := newRig(t, Options{})
	sum := md5.Sum([]byte("some text"))
	known := &service.CreateUploadLocationRequest{
		Project: "p", Domain: "d", FilenameRoot: "root", Filename: "a.txt", ContentMd5: sum[:],
	}
	upload := func(change func(*service.CreateUploadLocationRequest)) func() error {
		return failing(r.proxy.CreateUploadLocation, changed(known, change))
	}
	place := take(r.proxy.CreateUploadLocation(ctx, known))(t)
	if code := send(t, place, "some text"); code != http.StatusOK {
		t.Fatalf("the text has not been taken: %d", code)
	}
	there := "file already exists at location [" + place.GetNativeUrl() +
		"], specify a matching hash if you wish to rewrite"
	check(t, []row{
		{"neither digest nor root", upload(func(q *service.CreateUploadLocationRequest) {
			q.FilenameRoot, q.ContentMd5 = "", nil
		}), codes.InvalidArgument, "content_md5 or filename_root is a required parameter"},
		{"no project", upload(func(q *service.CreateUploadLocationRequest) { q.Project = "" }), codes.InvalidArgument,
			"project and domain are required parameters"},
		{"too long", upload(func(q *service.CreateUploadLocationRequest) { q.ExpiresIn = durationpb.New(48 * time.Hour) }),
			codes.InvalidArgument, "expiresIn [48h0m0s] cannot exceed max allowed expiration [1h0m0s]"},
		{"same digest again", upload(func(*service.CreateUploadLocationRequest) {}), codes.OK, ""},
		{"another digest", upload(func(q *service.CreateUploadLocationRequest) {
			q.ContentMd5 = bytes.Repeat([]byte{1},
				16)
		}),
			codes.AlreadyExists, there},
		{"no digest", upload(func(q *service.CreateUploadLocationRequest) { q.ContentMd5 = nil }), codes.AlreadyExists,
			there},
		{"a place outside", upload(func(q *service.CreateUploadLocationRequest) { q.Filename = "../../../../../x" }),
			codes.InvalidArgument, "not a place for a file: ..."},
		{"URL of another kind", failing(r.proxy.GetData, &service.GetDataRequest{FlyteUrl: "s3://x"}), codes.InvalidArgument,
			"failed to validate resolve artifact request. Error: request does not start with the correct prefix"},
	})
	off := newRig(t, Options{LinksOff: true})
	expect(t, failing(off.proxy.CreateUploadLocation, known)(), codes.Internal,
		"failed to create a signed url. Error: unsupported")
}

func TestDataAndDecksOfNodes(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("x", texts("name", "Ferris"))))
	in, out := r.put(t, "in.pb", texts("name", "Ferris")), r.put(t, "out.pb", texts("o0", "Hello"))
	r.reportNode(t, &event.NodeExecutionEvent{
		Id: nodeID("x", "n0"), Phase: core.NodeExecution_SUCCEEDED,
		InputValue:   &event.NodeExecutionEvent_InputUri{InputUri: in},
		OutputResult: &event.NodeExecutionEvent_OutputUri{OutputUri: out},
	})
	get := func(url string) *service.GetDataResponse {
		t.Helper()
		return take(r.proxy.GetData(ctx, &service.GetDataRequest{FlyteUrl: url}))(t)
	}
	const base = "flyte://v1/flytesnacks/development/x/n0"
	if have := text(get(base+"/i").GetLiteralMap(), "name"); have != "Ferris" {
		t.Errorf("the input is %q", have)
	}
	if have := text(get(base+"/o").GetLiteralMap(), "o0"); have != "Hello" {
		t.Errorf("the output is %q", have)
	}
	if have := get(base + "/o/o0").GetLiteral(); have.String() != coreutils.MustMakeLiteral("Hello").String() {
		t.Errorf("the one output is %v", have)
	}
	deck := func(node string) func() error {
		return failing(r.proxy.CreateDownloadLink, &service.CreateDownloadLinkRequest{
			ArtifactType: service.ArtifactType_ARTIFACT_TYPE_DECK,
			Source:       &service.CreateDownloadLinkRequest_NodeExecutionId{NodeExecutionId: nodeID("x", node)},
		})
	}
	check(t, []row{
		{"no such output", failing(r.proxy.GetData, &service.GetDataRequest{FlyteUrl: base + "/o/o1"}), codes.InvalidArgument,
			"name [o1] not found in node execution [..."},
		{"no deck", deck("n0"), codes.NotFound, "no deckUrl found for request [..."},
		{"no such node", deck("n9"), codes.InvalidArgument, "failed to find node execution [..."},
	})
	if err := os.WriteFile(r.dir+"/deck.html", []byte("<p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.reportNode(t, &event.NodeExecutionEvent{
		Id: nodeID("x", "n1"), Phase: core.NodeExecution_RUNNING, DeckUri: "file://" + r.dir + "/deck.html",
	})
	link := get("flyte://v1/flytesnacks/development/x/n1/d").GetPreSignedUrls().GetSignedUrl()
	if have := fetch(t, link[0]); string(have) != "<p>" {
		t.Errorf("the deck is %q", have)
	}
	data := take(r.GetNodeExecutionData(ctx, &idl.NodeExecutionGetDataRequest{Id: nodeID("x", "n1")}))(t)
	if data.GetFlyteUrls().GetDeck() == "" {
		t.Error("the node has no URL of its deck")
	}
}
