package admin

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// attempt is a task execution: one attempt of a node's task.
type attempt struct {
	stamp
	*admin.TaskExecution
}

func (t *attempt) row() listing.Row {
	c, task, of := t.GetClosure(), t.GetId().GetTaskId(), t.GetId().GetNodeExecutionId()
	values := t.columns(map[string]any{
		"project": task.GetProject(), "domain": task.GetDomain(), "name": task.GetName(), "version": task.GetVersion(),
		"execution_project": of.GetExecutionId().GetProject(), "execution_domain": of.GetExecutionId().GetDomain(),
		"execution_name": of.GetExecutionId().GetName(), "node_id": of.GetNodeId(), "phase": c.GetPhase().String(),
		"retry_attempt": int64(t.GetId().GetRetryAttempt()), "input_uri": t.GetInputUri(), "t.name": task.GetName(),
		"duration": c.GetDuration().AsDuration(),
	})
	addTime(values, "started_at", c.GetStartedAt())
	addTime(values, "task_execution_created_at", c.GetCreatedAt())
	addTime(values, "task_execution_updated_at", c.GetUpdatedAt())
	return listing.Row{Key: nodeKey(of) + "/" + attemptKey(t.GetId()), Values: values}
}

// ListTaskExecutions is part of AdminService. A node that there is not has none.
func (s *Server) ListTaskExecutions(
	_ context.Context, r *admin.TaskExecutionListRequest,
) (*admin.TaskExecutionList, error) {
	id := r.GetNodeExecutionId()
	if id == nil {
		return nil, fault.Missing("node_execution_id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*attempt
	if n, err := s.node(id); err == nil {
		all = n.attempts()
	}
	page, token, err := listing.Page(all, (*attempt).row, listing.Query{
		Name: "ListTaskExecutions", Entity: listing.TaskExecution, Filters: r.GetFilters(), Sort: r.GetSortBy(),
		Limit: r.GetLimit(), Token: r.GetToken(),
	})
	answer := &admin.TaskExecutionList{Token: token}
	for _, t := range page {
		answer.TaskExecutions = append(answer.TaskExecutions, proto.Clone(t.TaskExecution).(*admin.TaskExecution))
	}
	return answer, err
}

func (s *Server) attempt(id *core.TaskExecutionIdentifier) (*attempt, error) {
	n, err := s.node(id.GetNodeExecutionId())
	if err == nil {
		if t, ok := n.tasks[attemptKey(id)]; ok {
			return t, nil
		}
	}
	return nil, fault.Unknown("task execution", id)
}

// GetTaskExecution is part of AdminService.
func (s *Server) GetTaskExecution(_ context.Context, r *admin.TaskExecutionGetRequest) (*admin.TaskExecution, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.attempt(r.GetId())
	if err != nil {
		return nil, err
	}
	return proto.Clone(t.TaskExecution).(*admin.TaskExecution), nil
}

// GetTaskExecutionData is part of AdminService.
func (s *Server) GetTaskExecutionData(
	_ context.Context, r *admin.TaskExecutionGetDataRequest,
) (*admin.TaskExecutionGetDataResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.attempt(r.GetId())
	if err != nil {
		return nil, err
	}
	return s.attemptData(t)
}

func (s *Server) attemptData(t *attempt) (*admin.TaskExecutionGetDataResponse, error) {
	answer := &admin.TaskExecutionGetDataResponse{}
	var err error
	if answer.FullInputs, answer.Inputs, err = s.files.Literals(t.GetInputUri()); err != nil {
		return nil, err
	}
	answer.FullOutputs, answer.Outputs, err = s.files.Literals(t.GetClosure().GetOutputUri())
	return answer, err
}
