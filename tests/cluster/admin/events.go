package admin

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
)

// maxInlineEvent is the size in bytes of outputs inside of events from which on answers leave them out.
const maxInlineEvent = 2 << 20

// CreateWorkflowEvent is part of AdminService; the engine calls it.
func (s *Server) CreateWorkflowEvent(
	_ context.Context, r *admin.WorkflowExecutionEventRequest,
) (*admin.WorkflowExecutionEventResponse, error) {
	ev := r.GetEvent()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(ev.GetExecutionId())
	if err != nil {
		return nil, err
	}
	c := e.info.GetClosure()
	switch {
	case c.GetPhase() == ev.GetPhase():
		return nil, status.Errorf(codes.AlreadyExists, "This phase %s was already recorded for workflow execution %v",
			ev.GetPhase(), ev.GetExecutionId())
	case terminal(c.GetPhase()):
		return nil, fault.Terminal(c.GetPhase().String(),
			fmt.Sprintf("invalid phase change from %s to %s for workflow execution %v",
				c.GetPhase(), ev.GetPhase(), ev.GetExecutionId()))
	case c.GetPhase() == core.WorkflowExecution_ABORTING && !terminal(ev.GetPhase()),
		c.GetPhase() == core.WorkflowExecution_RUNNING && ev.GetPhase() == core.WorkflowExecution_QUEUED:
		return nil, status.Errorf(codes.FailedPrecondition, "Cannot go from %s to %s", c.GetPhase(), ev.GetPhase())
	}
	e.updated = time.Now()
	c.Phase = ev.GetPhase()
	c.UpdatedAt = ev.GetOccurredAt()
	if c.Phase == core.WorkflowExecution_RUNNING && c.GetStartedAt() == nil {
		c.StartedAt = ev.GetOccurredAt()
	}
	if terminal(c.Phase) {
		if c.GetStartedAt() == nil {
			c.StartedAt = ev.GetOccurredAt()
		}
		c.Duration = durationpb.New(since(c.GetStartedAt(), ev.GetOccurredAt().AsTime()))
	}
	switch {
	case ev.GetOutputUri() != "":
		c.OutputResult = &admin.ExecutionClosure_Outputs{Outputs: &admin.LiteralMapBlob{
			Data: &admin.LiteralMapBlob_Uri{Uri: ev.GetOutputUri()},
		}}
	case ev.GetOutputData() != nil:
		c.OutputResult = &admin.ExecutionClosure_Outputs{Outputs: &admin.LiteralMapBlob{
			Data: &admin.LiteralMapBlob_Values{Values: ev.GetOutputData()},
		}}
	case ev.GetError() != nil && c.GetAbortMetadata() == nil:
		c.OutputResult = &admin.ExecutionClosure_Error{Error: ev.GetError()}
	}
	s.keepExecution(e)
	return &admin.WorkflowExecutionEventResponse{}, nil
}

func since(from *timestamppb.Timestamp, to time.Time) time.Duration {
	if from == nil {
		return 0
	}
	return to.Sub(from.AsTime())
}
