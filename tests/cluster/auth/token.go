package auth

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

// Register adds the token endpoint and the document that describes the server to a web server.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("/oauth2/token", s.serveToken)
	mux.HandleFunc("/.well-known/oauth-authorization-server", s.serveDocument)
}

// serveDocument has the names of JSON that protobuf gives the fields, not those of RFC 8414.
func (s *Server) serveDocument(w http.ResponseWriter, r *http.Request) {
	about, err := s.GetOAuth2Metadata(r.Context(), &service.OAuth2MetadataRequest{})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	text, err := protojson.Marshal(about)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text)
}

// serveToken is the token endpoint, for client credentials.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		refuse(w, http.StatusBadRequest, "invalid_request", "The request is missing a required parameter")
		return
	}
	id, secret, basic := r.BasicAuth()
	if basic {
		// RFC 6749 has both form-encoded before they are put together.
		if plain, err := url.QueryUnescape(id); err == nil {
			id = plain
		}
		if plain, err := url.QueryUnescape(secret); err == nil {
			secret = plain
		}
	} else {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	known := slices.Contains([]string{"client_credentials", "refresh_token", "authorization_code"},
		r.PostForm.Get("grant_type"))
	unknownScope := slices.ContainsFunc(strings.Fields(r.PostForm.Get("scope")), func(scope string) bool {
		return scope != "all" && scope != "offline"
	})
	switch {
	case !known:
		refuse(w, http.StatusBadRequest, "invalid_request", "The authorization grant is not known")
	case id == publicClient:
		refuse(w, http.StatusBadRequest, "invalid_grant", "The client is public and cannot use this grant")
	case id != s.id || secret != s.secret:
		refuse(w, http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	case r.PostForm.Get("audience") != "":
		refuse(w, http.StatusBadRequest, "invalid_request",
			"Requested audience '"+r.PostForm.Get("audience")+"' has not been whitelisted by the OAuth 2.0 Client.")
	case unknownScope:
		refuse(w, http.StatusBadRequest, "invalid_scope", "The requested scope is invalid, unknown, or malformed")
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuse(w, http.StatusBadRequest, "invalid_grant", "The provided authorization grant or refresh token is invalid")
	default:
		answer(w, http.StatusOK, map[string]any{
			"access_token": s.issue(), "expires_in": int(s.lifetime.Seconds()),
			"scope": r.PostForm.Get("scope"), "token_type": "bearer",
		})
	}
}

func refuse(w http.ResponseWriter, code int, reason, description string) {
	answer(w, code, map[string]any{"error": reason, "error_description": description})
}

func answer(w http.ResponseWriter, code int, fields map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(fields)
}
