package admin

import (
	"context"
	"maps"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// node is a node execution.
type node struct {
	stamp
	*admin.NodeExecution
	// parent is the node that this one is below of; empty at the top.
	parent  string
	tasks   map[string]*attempt
	dynamic *admin.DynamicWorkflowNodeMetadata
}

func nodeKey(id *core.NodeExecutionIdentifier) string {
	return executionKey(id.GetExecutionId()) + "/" + id.GetNodeId()
}

func (s *Server) node(id *core.NodeExecutionIdentifier) (*node, error) {
	if e, ok := s.executions[executionKey(id.GetExecutionId())]; ok {
		if n, ok := e.nodes[id.GetNodeId()]; ok {
			return n, nil
		}
	}
	return nil, fault.Unknown("node execution", id)
}

func (n *node) row() listing.Row {
	c, of := n.GetClosure(), n.GetId().GetExecutionId()
	values := n.columns(map[string]any{
		"execution_project": of.GetProject(), "execution_domain": of.GetDomain(), "execution_name": of.GetName(),
		"node_id": n.GetId().GetNodeId(), "phase": c.GetPhase().String(), "input_uri": n.GetInputUri(),
		"duration":         c.GetDuration().AsDuration(),
		"e.execution_name": of.GetName(), "e.execution_project": of.GetProject(), "e.execution_domain": of.GetDomain(),
	})
	addTime(values, "started_at", c.GetStartedAt())
	addTime(values, "node_execution_created_at", c.GetCreatedAt())
	addTime(values, "node_execution_updated_at", c.GetUpdatedAt())
	addFailure(values, c.GetError())
	if t := c.GetTaskNodeMetadata(); t != nil {
		values["cache_status"] = t.GetCacheStatus().String()
	}
	return listing.Row{Key: nodeKey(n.GetId()), Values: values}
}

// ListNodeExecutions is part of AdminService: those at the top, or those below a node. An execution that there is not
// has none.
func (s *Server) ListNodeExecutions(
	_ context.Context, r *admin.NodeExecutionListRequest,
) (*admin.NodeExecutionList, error) {
	id := r.GetWorkflowExecutionId()
	if err := named(id != nil, id.GetProject(), id.GetDomain()); err != nil {
		return nil, err
	}
	if err := field("name", id.GetName()); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*node
	if e, ok := s.executions[executionKey(id)]; ok {
		for n := range maps.Values(e.nodes) {
			if n.parent == r.GetUniqueParentId() {
				all = append(all, n)
			}
		}
	}
	if parent := r.GetUniqueParentId(); parent != "" && len(all) == 0 && r.GetLimit() > 0 {
		if _, err := s.node(&core.NodeExecutionIdentifier{ExecutionId: id, NodeId: parent}); err != nil {
			return nil, err
		}
	}
	page, token, err := listing.Page(all, (*node).row, listing.Query{
		Name: "ListNodeExecutions", Entity: listing.NodeExecution, Filters: r.GetFilters(), Sort: r.GetSortBy(),
		Limit: r.GetLimit(), Token: r.GetToken(),
	})
	answer := &admin.NodeExecutionList{Token: token}
	for _, n := range page {
		answer.NodeExecutions = append(answer.NodeExecutions, proto.Clone(n.NodeExecution).(*admin.NodeExecution))
	}
	return answer, err
}

// GetNodeExecution is part of AdminService.
func (s *Server) GetNodeExecution(_ context.Context, r *admin.NodeExecutionGetRequest) (*admin.NodeExecution, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(r.GetId())
	if err != nil {
		return nil, err
	}
	return proto.Clone(n.NodeExecution).(*admin.NodeExecution), nil
}

// GetNodeExecutionData is part of AdminService.
func (s *Server) GetNodeExecutionData(
	_ context.Context, r *admin.NodeExecutionGetDataRequest,
) (*admin.NodeExecutionGetDataResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(r.GetId())
	if err != nil {
		return nil, err
	}
	return s.nodeData(n)
}

func (s *Server) nodeData(n *node) (*admin.NodeExecutionGetDataResponse, error) {
	answer := &admin.NodeExecutionGetDataResponse{DynamicWorkflow: n.dynamic, FlyteUrls: urls(n)}
	var err error
	if answer.FullInputs, answer.Inputs, err = s.files.Literals(n.GetInputUri()); err != nil {
		return nil, err
	}
	answer.FullOutputs, answer.Outputs, err = s.files.Literals(n.GetClosure().GetOutputUri())
	return answer, err
}

// GetDynamicNodeWorkflow is part of AdminService: what a dynamic node has made.
func (s *Server) GetDynamicNodeWorkflow(
	_ context.Context, r *admin.GetDynamicNodeWorkflowRequest,
) (*admin.DynamicNodeWorkflowResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(r.GetId())
	if err != nil {
		return nil, err
	}
	if n.dynamic.GetCompiledWorkflow() == nil {
		return nil, status.Errorf(codes.NotFound, "node does not contain dynamic workflow")
	}
	return &admin.DynamicNodeWorkflowResponse{CompiledWorkflow: n.dynamic.GetCompiledWorkflow()}, nil
}

// attempts are the task executions of a node.
func (n *node) attempts() []*attempt { return slices.Collect(maps.Values(n.tasks)) }
