package admin

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
)

func nodeDone(p core.NodeExecution_Phase) bool {
	switch p {
	case core.NodeExecution_SUCCEEDED, core.NodeExecution_FAILED, core.NodeExecution_ABORTED, core.NodeExecution_SKIPPED,
		core.NodeExecution_TIMED_OUT, core.NodeExecution_RECOVERED:
		return true
	}
	return false
}

// CreateNodeEvent is part of AdminService; the engine calls it.
func (s *Server) CreateNodeEvent(
	_ context.Context, r *admin.NodeExecutionEventRequest,
) (*admin.NodeExecutionEventResponse, error) {
	ev := r.GetEvent()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(ev.GetId().GetExecutionId())
	if err != nil {
		return nil, err
	}
	n, ok := e.nodes[ev.GetId().GetNodeId()]
	if !ok {
		n = &node{
			stamp: s.stamp(),
			NodeExecution: &admin.NodeExecution{Id: ev.GetId(), Metadata: &admin.NodeExecutionMetaData{},
				Closure: &admin.NodeExecutionClosure{
					Phase: core.NodeExecution_UNDEFINED, CreatedAt: ev.GetOccurredAt(),
				}},
			parent: ev.GetParentNodeMetadata().GetNodeId(),
			tasks:  map[string]*attempt{},
		}
		e.nodes[ev.GetId().GetNodeId()] = n
	} else if nodeDone(n.GetClosure().GetPhase()) {
		if n.GetClosure().GetPhase() == ev.GetPhase() {
			return nil, status.Errorf(codes.AlreadyExists, "phase %s was already recorded for node %v", ev.GetPhase(),
				ev.GetId())
		}
		return nil, fault.Terminal(n.GetClosure().GetPhase().String(),
			fmt.Sprintf("invalid phase change from %s to %s for node execution %v",
				n.GetClosure().GetPhase(), ev.GetPhase(), ev.GetId()))
	}
	c := n.Closure
	n.updated = time.Now()
	again := c.GetPhase() == ev.GetPhase()
	c.Phase = ev.GetPhase()
	c.UpdatedAt = ev.GetOccurredAt()
	m := n.Metadata
	m.IsParentNode = m.IsParentNode || ev.GetIsParent()
	m.IsDynamic = m.IsDynamic || ev.GetIsDynamic()
	m.IsArray = m.IsArray || ev.GetIsArray()
	m.IsEager = m.IsEager || ev.GetIsEager()
	if ev.GetSpecNodeId() != "" {
		m.SpecNodeId = ev.GetSpecNodeId()
	}
	if ev.GetRetryGroup() != "" {
		m.RetryGroup = ev.GetRetryGroup()
	}
	if c.Phase == core.NodeExecution_RUNNING && c.GetStartedAt() == nil {
		c.StartedAt = ev.GetOccurredAt()
	}
	if nodeDone(c.Phase) {
		c.Duration = durationpb.New(since(c.GetStartedAt(), ev.GetOccurredAt().AsTime()))
	}
	if ev.GetInputUri() != "" {
		n.InputUri = ev.GetInputUri()
	} else if ev.GetInputData() != nil {
		if n.InputUri, err = s.files.Write(s.place(ev.GetId(), "inputs.pb"), ev.GetInputData()); err != nil {
			return nil, err
		}
	}
	switch {
	case ev.GetOutputUri() != "":
		c.OutputResult = &admin.NodeExecutionClosure_OutputUri{OutputUri: ev.GetOutputUri()}
	case ev.GetOutputData() != nil:
		uri, err := s.files.Write(s.place(ev.GetId(), "outputs.pb"), ev.GetOutputData())
		if err != nil {
			return nil, err
		}
		c.OutputResult = &admin.NodeExecutionClosure_OutputUri{OutputUri: uri}
	case ev.GetError() != nil:
		c.OutputResult = &admin.NodeExecutionClosure_Error{Error: ev.GetError()}
	}
	if ev.GetDeckUri() != "" {
		c.DeckUri = ev.GetDeckUri()
	}
	if w := ev.GetWorkflowNodeMetadata(); w != nil {
		c.TargetMetadata = &admin.NodeExecutionClosure_WorkflowNodeMetadata{
			WorkflowNodeMetadata: &admin.WorkflowNodeMetadata{ExecutionId: w.GetExecutionId()},
		}
	}
	if t := ev.GetTaskNodeMetadata(); t != nil {
		c.TargetMetadata = &admin.NodeExecutionClosure_TaskNodeMetadata{TaskNodeMetadata: &admin.TaskNodeMetadata{
			CacheStatus: t.GetCacheStatus(), CatalogKey: t.GetCatalogKey(), CheckpointUri: t.GetCheckpointUri(),
		}}
		if d := t.GetDynamicWorkflow(); d != nil {
			n.dynamic = &admin.DynamicWorkflowNodeMetadata{
				Id: d.GetId(), CompiledWorkflow: d.GetCompiledWorkflow(), DynamicJobSpecUri: d.GetDynamicJobSpecUri(),
			}
			c.DynamicJobSpecUri = d.GetDynamicJobSpecUri()
		}
	}
	s.keepNode(n)
	if again && ok {
		return nil, status.Errorf(codes.AlreadyExists, "phase %s was already recorded for node %v", ev.GetPhase(), ev.GetId())
	}
	return &admin.NodeExecutionEventResponse{}, nil
}

// place is where data of a node lies that came inside of an event.
func (s *Server) place(id *core.NodeExecutionIdentifier, name string) string {
	return filepath.Join("metadata", "admin", filepath.FromSlash(executionKey(id.GetExecutionId())), id.GetNodeId(), name)
}
