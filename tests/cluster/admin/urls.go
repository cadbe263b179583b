package admin

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"

	"flyte1cluster/fault"
)

// flyteURL is flyte://v1/PROJECT/DOMAIN/EXECUTION/NODE[/ATTEMPT]/i|o|d, or i or o and the name of an input or
// an output.
var flyteURL = regexp.MustCompile(
	`^flyte://v1/([\w-]+)/([\w-]+)/([\w-]+)/([\w-]+)(?:/(\d+))?/(?:([iod])|([io])/([\w-]+))$`)

// urls are the flyte:// URLs of a node.
func urls(n *node) *admin.FlyteURLs {
	base := "flyte://v1/" + nodeKey(n.GetId())
	all := &admin.FlyteURLs{Inputs: base + "/i", Outputs: base + "/o"}
	if n.GetClosure().GetDeckUri() != "" {
		all.Deck = base + "/d"
	}
	return all
}

// GetData is part of DataProxyService: what lies at a flyte:// URL, whatever the store is.
func (s *Server) GetData(ctx context.Context, r *service.GetDataRequest) (*service.GetDataResponse, error) {
	const failed = "failed to validate resolve artifact request. Error: "
	switch {
	case r.GetFlyteUrl() == "":
		return nil, fault.Invalid(failed + "source is required. Provided empty string")
	case !strings.HasPrefix(r.GetFlyteUrl(), "flyte://"):
		return nil, fault.Invalid(failed + "request does not start with the correct prefix")
	}
	parts := flyteURL.FindStringSubmatch(r.GetFlyteUrl())
	if parts == nil {
		return nil, fault.Invalid("failed to parse artifact url Error: failed to parse [%s]", r.GetFlyteUrl())
	}
	id := &core.NodeExecutionIdentifier{
		ExecutionId: &core.WorkflowExecutionIdentifier{Project: parts[1], Domain: parts[2], Name: parts[3]}, NodeId: parts[4],
	}
	kind, name := parts[6]+parts[7], parts[8]
	if kind == "d" {
		return s.deckData(ctx, id, parts[5])
	}
	inputs, outputs, err := s.dataOf(id, parts[5])
	if err != nil {
		return nil, err
	}
	all := outputs
	if kind == "i" {
		all = inputs
	}
	if name == "" {
		return &service.GetDataResponse{Data: &service.GetDataResponse_LiteralMap{LiteralMap: all}}, nil
	}
	literal, ok := all.GetLiterals()[name]
	if !ok && parts[5] != "" {
		return nil, fault.Invalid("name [%v] not found in task execution [%v]", name, id)
	}
	if !ok {
		return nil, fault.Invalid("name [%v] not found in node execution [%v]", name, id)
	}
	return &service.GetDataResponse{Data: &service.GetDataResponse_Literal{Literal: literal}}, nil
}

// deckData is the link to the deck of a node; an attempt has none of its own.
func (s *Server) deckData(
	ctx context.Context, id *core.NodeExecutionIdentifier, number string,
) (*service.GetDataResponse, error) {
	if number != "" {
		return nil, fault.Invalid("deck type cannot be specified with a retry attempt, just use the node instead")
	}
	link, err := s.CreateDownloadLink(ctx, &service.CreateDownloadLinkRequest{
		ArtifactType: service.ArtifactType_ARTIFACT_TYPE_DECK,
		Source:       &service.CreateDownloadLinkRequest_NodeExecutionId{NodeExecutionId: id},
	})
	if err != nil {
		return nil, err
	}
	return &service.GetDataResponse{
		Data: &service.GetDataResponse_PreSignedUrls{PreSignedUrls: link.GetPreSignedUrls()},
	}, nil
}

// dataOf is the inputs and outputs of a node, or of one attempt of its task if there is a number.
func (s *Server) dataOf(id *core.NodeExecutionIdentifier, number string) (inputs, outputs *core.LiteralMap, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(id)
	if number == "" {
		if err != nil {
			return nil, nil, err
		}
		data, err := s.nodeData(n)
		return data.GetFullInputs(), data.GetFullOutputs(), err
	}
	if err == nil {
		for _, t := range n.attempts() {
			if strconv.Itoa(int(t.GetId().GetRetryAttempt())) == number {
				data, err := s.attemptData(t)
				return data.GetFullInputs(), data.GetFullOutputs(), err
			}
		}
	}
	return nil, nil, fault.Invalid("no task executions were listed [%v]. Error: %v", id, nil)
}
