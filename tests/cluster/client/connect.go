package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

// clients are the services of a cluster.
type clients struct {
	admin   service.AdminServiceClient
	signals service.SignalServiceClient
}

// dial connects to a cluster, with a token if there is an ID to get one with.
func dial(address, id, secret string) (clients, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64 << 20)),
	}
	if id != "" {
		token, err := fetchToken(address, id, secret)
		if err != nil {
			return clients{}, err
		}
		options = append(options, grpc.WithPerRPCCredentials(token))
	}
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		return clients{}, err
	}
	return clients{service.NewAdminServiceClient(conn), service.NewSignalServiceClient(conn)}, nil
}

// bearer is a token, sent with each call.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }

// fetchToken gets a token where the cluster says.
func fetchToken(address, id, secret string) (bearer, error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	about, err := service.NewAuthMetadataServiceClient(conn).GetOAuth2Metadata(context.Background(),
		&service.OAuth2MetadataRequest{})
	if err != nil {
		return "", err
	}
	response, err := http.PostForm(about.GetTokenEndpoint(), url.Values{
		"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret},
	})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
		Error string `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	if answer.Token == "" {
		return "", fmt.Errorf("no token: %s", answer.Error)
	}
	return bearer(answer.Token), nil
}
