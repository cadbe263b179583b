// Package auth is flyteadmin's own authorization server, as far as a client with a secret needs it.
package auth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

// metadataKey is the key of calls' metadata that clients are told to put their tokens under.
const metadataKey = "flyte-authorization"

// publicClient is the ID of the client without a secret that people log in with.
const publicClient = "flytectl"

// Server gives tokens to one client and asks all calls for one.
type Server struct {
	service.UnimplementedAuthMetadataServiceServer
	service.UnimplementedIdentityServiceServer
	id, secret string
	lifetime   time.Duration
	web        string

	mu     sync.Mutex
	tokens map[string]time.Time
}

// New is a server for a client with a secret, whose tokens are valid for some time.
func New(id, secret string, lifetime time.Duration) *Server {
	return &Server{id: id, secret: secret, lifetime: lifetime, tokens: map[string]time.Time{}}
}

// Serve says at which HOST:PORT tokens are given.
func (s *Server) Serve(address string) { s.web = "http://" + address }

type userKey struct{}

// User is who has made a call; empty where nobody is asked.
func User(ctx context.Context) string {
	user, _ := ctx.Value(userKey{}).(string)
	return user
}

// Intercept asks calls for a token, but for those that tell how to get one, and the catalog's: that is another server.
func (s *Server) Intercept(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler,
) (any, error) {
	if strings.HasPrefix(info.FullMethod, "/flyteidl.service.AuthMetadataService/") ||
		strings.HasPrefix(info.FullMethod, "/datacatalog.") {
		return next(ctx, req)
	}
	md, _ := metadata.FromIncomingContext(ctx)
	// Flyte's own key counts only where there is not the other.
	header := append(md.Get("authorization"), md.Get(metadataKey)...)
	if problem := s.check(header); problem != "" {
		return nil, status.Errorf(codes.Unauthenticated, "token parse error id token err: access token err: "+
			"[JWT_VERIFICATION_FAILED] %s, access token err: [JWT_VERIFICATION_FAILED] Could not retrieve id token from "+
			"metadata, caused by: rpc error: code = Unauthenticated desc = Request unauthenticated with IDToken", problem)
	}
	return next(context.WithValue(ctx, userKey{}, s.id), req)
}

// check says what is wrong with the token of a call.
func (s *Server) check(header []string) string {
	const absent = "Could not retrieve bearer token from metadata, caused by: rpc error: code = Unauthenticated desc = "
	if len(header) == 0 {
		return absent + "Request unauthenticated with bearer"
	}
	scheme, token, ok := strings.Cut(header[0], " ")
	if !ok {
		return absent + "Bad authorization string"
	}
	if !strings.EqualFold(scheme, "bearer") {
		return absent + "Request unauthenticated with bearer"
	}
	s.mu.Lock()
	end, ok := s.tokens[token]
	s.mu.Unlock()
	if !ok {
		return "token contains an invalid number of segments"
	}
	if !time.Now().Before(end) {
		return "Token is expired"
	}
	return ""
}

// issue makes a token.
func (s *Server) issue() string {
	data := make([]byte, 24)
	_, _ = rand.Read(data)
	token := hex.EncodeToString(data)
	s.mu.Lock()
	s.tokens[token] = time.Now().Add(s.lifetime)
	s.mu.Unlock()
	return token
}

// GetOAuth2Metadata is part of AuthMetadataService.
func (s *Server) GetOAuth2Metadata(context.Context, *service.OAuth2MetadataRequest) (*service.OAuth2MetadataResponse,
	error) {
	return &service.OAuth2MetadataResponse{
		Issuer:                            s.web,
		AuthorizationEndpoint:             s.web + "/oauth2/authorize",
		TokenEndpoint:                     s.web + "/oauth2/token",
		JwksUri:                           s.web + "/oauth2/jwks",
		ResponseTypesSupported:            []string{"code", "token", "code token"},
		ScopesSupported:                   []string{"all"},
		GrantTypesSupported:               []string{"client_credentials", "refresh_token", "authorization_code"},
		CodeChallengeMethodsSupported:     []string{"S256"},
		TokenEndpointAuthMethodsSupported: []string{"client_secret_basic"},
	}, nil
}

// GetPublicClientConfig is part of AuthMetadataService.
func (s *Server) GetPublicClientConfig(
	context.Context, *service.PublicClientAuthConfigRequest,
) (*service.PublicClientAuthConfigResponse, error) {
	return &service.PublicClientAuthConfigResponse{
		ClientId: publicClient, RedirectUri: "http://localhost:53593/callback", Scopes: []string{"offline", "all"},
		AuthorizationMetadataKey: metadataKey,
	}, nil
}

// UserInfo is part of IdentityService.
func (s *Server) UserInfo(ctx context.Context, _ *service.UserInfoRequest) (*service.UserInfoResponse, error) {
	return &service.UserInfoResponse{Subject: User(ctx)}, nil
}
