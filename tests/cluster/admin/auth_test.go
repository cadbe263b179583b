package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

func TestWithoutAuthentication(t *testing.T) {
	r := newRig(t, Options{})
	auth, identity := service.NewAuthMetadataServiceClient(r.conn), service.NewIdentityServiceClient(r.conn)
	check(t, []row{
		{"metadata", failing(auth.GetOAuth2Metadata, &service.OAuth2MetadataRequest{}), codes.Unimplemented,
			"unknown service flyteidl.service.AuthMetadataService"},
		{"identity", failing(identity.UserInfo, &service.UserInfoRequest{}), codes.Unimplemented,
			"unknown service flyteidl.service.IdentityService"},
		{"version", failing(r.GetVersion, &idl.GetVersionRequest{}), codes.OK, ""},
	})
}

// ask posts a form to a token endpoint, with a secret in the header unless the form has it.
func ask(t *testing.T, endpoint, secret string, pairs ...string) (int, map[string]any) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	request := take(http.NewRequest(http.MethodPost, endpoint, strings.NewReader(form.Encode())))(t)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if secret != "" {
		request.SetBasicAuth("me", secret)
	}
	response := take(http.DefaultClient.Do(request))(t)
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestTokens(t *testing.T) {
	r := newRig(t, Options{ClientID: "me", ClientSecret: "s3cret", TokenLifetime: 20 * time.Second})
	auth := service.NewAuthMetadataServiceClient(r.conn)
	config := take(auth.GetPublicClientConfig(ctx, &service.PublicClientAuthConfigRequest{}))(t)
	if config.GetAuthorizationMetadataKey() != "flyte-authorization" || config.GetScopes()[0] != "offline" ||
		config.GetClientId() == "" || config.GetRedirectUri() == "" {
		t.Errorf("the configuration is %v", config)
	}
	about := take(auth.GetOAuth2Metadata(ctx, &service.OAuth2MetadataRequest{}))(t)
	if len(about.GetGrantTypesSupported()) != 3 || about.GetDeviceAuthorizationEndpoint() != "" ||
		about.GetTokenEndpointAuthMethodsSupported()[0] != "client_secret_basic" {
		t.Errorf("the metadata is %v", about)
	}
	endpoint := about.GetTokenEndpoint()
	document := string(fetch(t, strings.TrimSuffix(endpoint, "/oauth2/token")+"/.well-known/oauth-authorization-server"))
	if !strings.Contains(document, `"tokenEndpoint"`) || strings.Contains(document, "token_endpoint") {
		t.Errorf("the document is %s", document)
	}
	grant := []string{"grant_type", "client_credentials"}
	with := func(pairs ...string) []string { return append(append([]string{}, grant...), pairs...) }
	cases := []struct {
		name, secret string
		form         []string
		code         int
		reason       string
	}{
		{"secret in the header", "s3cret", with("scope", "all"), 200, ""},
		{"secret in the form", "", with("client_id", "me", "client_secret", "s3cret"), 200, ""},
		{"no scope", "s3cret", grant, 200, ""},
		{"wrong secret", "guess", grant, 401, "invalid_client"},
		{"unknown scope", "s3cret", with("scope", "root"), 400, "invalid_scope"},
		{"public client", "", with("client_id", config.GetClientId()), 400, "invalid_grant"},
		{"audience", "s3cret", with("audience", "x"), 400, "invalid_request"},
		{"unknown grant", "s3cret", []string{"grant_type", "magic"}, 400, "invalid_request"},
	}
	token := ""
	for _, c := range cases {
		code, answer := ask(t, endpoint, c.secret, c.form...)
		reason, _ := answer["error"].(string)
		if code != c.code || reason != c.reason {
			t.Errorf("%s: %d %v", c.name, code, answer)
		}
		if code == 200 {
			token, _ = answer["access_token"].(string)
			if answer["token_type"] != "bearer" || answer["expires_in"] != float64(20) || token == "" {
				t.Errorf("%s: %v", c.name, answer)
			}
		}
	}
	short := newRig(t, Options{ClientID: "me", ClientSecret: "s3cret", TokenLifetime: time.Nanosecond})
	place := take(service.NewAuthMetadataServiceClient(short.conn).GetOAuth2Metadata(ctx,
		&service.OAuth2MetadataRequest{}))(t)
	_, answer := ask(t, place.GetTokenEndpoint(), "s3cret", grant...)
	expired, _ := answer["access_token"].(string)
	call := func(r *rig, pairs ...string) func() error {
		return func() error {
			_, err := r.GetVersion(metadata.AppendToOutgoingContext(context.Background(), pairs...), &idl.GetVersionRequest{})
			return err
		}
	}
	const wrong = "token parse error id token err: access token err: [JWT_VERIFICATION_FAILED] "
	const absent = wrong +
		"Could not retrieve bearer token from metadata, caused by: rpc error: code = Unauthenticated desc = "
	check(t, []row{
		{"Flyte's key", call(r, "flyte-authorization", "Bearer "+token), codes.OK, ""},
		{"the usual key", call(r, "authorization", "bearer "+token), codes.OK, ""},
		{"no token", call(r), codes.Unauthenticated, absent + "Request unauthenticated with bearer..."},
		{"no scheme", call(r, "authorization", token), codes.Unauthenticated, absent + "Bad authorization string..."},
		{"a wrong token", call(r, "authorization", "Bearer x"), codes.Unauthenticated, wrong + "token contains..."},
		{"an expired token", call(short, "authorization", "Bearer "+expired), codes.Unauthenticated, wrong +
			"Token is expired..."},
		{"a wrong one beside a right one", call(r, "authorization", "Bearer x", "flyte-authorization", "Bearer "+token),
			codes.Unauthenticated, wrong + "..."},
	})
}
