package admin

import (
	"context"
	"fmt"
	"sort"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/event"

	"flyte1cluster/fault"
)

func taskDone(p core.TaskExecution_Phase) bool {
	return p == core.TaskExecution_SUCCEEDED || p == core.TaskExecution_FAILED || p == core.TaskExecution_ABORTED
}

func attemptKey(id *core.TaskExecutionIdentifier) string {
	return fmt.Sprintf("%s/%d", key(id.GetTaskId()), id.GetRetryAttempt())
}

// CreateTaskEvent is part of AdminService; the engine calls it.
func (s *Server) CreateTaskEvent(
	_ context.Context, r *admin.TaskExecutionEventRequest,
) (*admin.TaskExecutionEventResponse, error) {
	ev := r.GetEvent()
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.node(ev.GetParentNodeExecutionId())
	if err != nil {
		return nil, err
	}
	id := &core.TaskExecutionIdentifier{
		TaskId: ev.GetTaskId(), NodeExecutionId: ev.GetParentNodeExecutionId(), RetryAttempt: ev.GetRetryAttempt(),
	}
	t, ok := n.tasks[attemptKey(id)]
	if !ok {
		t = &attempt{s.stamp(), &admin.TaskExecution{Id: id, Closure: &admin.TaskExecutionClosure{
			CreatedAt: ev.GetOccurredAt(), TaskType: ev.GetTaskType(),
		}}}
		n.tasks[attemptKey(id)] = t
	} else if taskDone(t.GetClosure().GetPhase()) {
		if t.GetClosure().GetPhase() == ev.GetPhase() {
			return nil, status.Errorf(codes.AlreadyExists, "phase %s was already recorded for task %v", ev.GetPhase(), id)
		}
		return nil, fault.Terminal(t.GetClosure().GetPhase().String(),
			fmt.Sprintf("invalid phase change from %s to %s for task execution %v",
				t.GetClosure().GetPhase(), ev.GetPhase(), id))
	}
	c := t.Closure
	t.updated = time.Now()
	c.Phase, c.UpdatedAt, c.EventVersion = ev.GetPhase(), ev.GetOccurredAt(), ev.GetEventVersion()
	if c.Phase == core.TaskExecution_RUNNING && c.GetStartedAt() == nil {
		c.StartedAt = ev.GetOccurredAt()
	}
	if taskDone(c.Phase) {
		c.Duration = durationpb.New(since(c.GetStartedAt(), ev.GetOccurredAt().AsTime()))
	}
	if len(ev.GetLogs()) > 0 {
		c.Logs = ev.GetLogs()
	}
	if ev.GetLogContext() != nil {
		c.LogContext = ev.GetLogContext()
	}
	if ev.GetCustomInfo() != nil {
		c.CustomInfo = ev.GetCustomInfo()
	}
	if ev.GetMetadata() != nil {
		c.Metadata = mergeExternal(c.GetMetadata(), ev.GetMetadata())
	}
	reasons := ev.GetReasons()
	if len(reasons) == 0 && ev.GetReason() != "" {
		reasons = []*event.EventReason{{Reason: ev.GetReason(), OccurredAt: ev.GetOccurredAt()}}
	}
	for _, reason := range reasons {
		c.Reason = reason.GetReason()
		c.Reasons = append(c.Reasons, &admin.Reason{OccurredAt: reason.GetOccurredAt(), Message: reason.GetReason()})
	}
	if ev.GetInputUri() != "" {
		t.InputUri = ev.GetInputUri()
	} else if ev.GetInputData() != nil {
		if t.InputUri, err = s.files.Write(s.place(n.GetId(), fmt.Sprintf("%d/inputs.pb", id.GetRetryAttempt())),
			ev.GetInputData()); err != nil {
			return nil, err
		}
	}
	switch {
	case ev.GetOutputUri() != "":
		c.OutputResult = &admin.TaskExecutionClosure_OutputUri{OutputUri: ev.GetOutputUri()}
	case ev.GetOutputData() != nil:
		uri, err := s.files.Write(s.place(n.GetId(), fmt.Sprintf("%d/outputs.pb", id.GetRetryAttempt())), ev.GetOutputData())
		if err != nil {
			return nil, err
		}
		c.OutputResult = &admin.TaskExecutionClosure_OutputUri{OutputUri: uri}
	case ev.GetError() != nil:
		c.OutputResult = &admin.TaskExecutionClosure_Error{Error: ev.GetError()}
	}
	s.keepAttempt(t)
	return &admin.TaskExecutionEventResponse{}, nil
}

// mergeExternal keeps what earlier events have said of the elements of a map.
func mergeExternal(old, now *event.TaskExecutionMetadata) *event.TaskExecutionMetadata {
	if len(old.GetExternalResources()) == 0 {
		return now
	}
	type element struct{ index, attempt uint32 }
	seen := map[element]*event.ExternalResourceInfo{}
	for _, list := range [][]*event.ExternalResourceInfo{old.GetExternalResources(), now.GetExternalResources()} {
		for _, x := range list {
			seen[element{x.GetIndex(), x.GetRetryAttempt()}] = x
		}
	}
	all := proto.Clone(now).(*event.TaskExecutionMetadata)
	all.ExternalResources = nil
	for _, x := range seen {
		all.ExternalResources = append(all.ExternalResources, x)
	}
	sort.Slice(all.ExternalResources, func(i, j int) bool {
		a, b := all.ExternalResources[i], all.ExternalResources[j]
		return a.GetIndex() < b.GetIndex() || a.GetIndex() == b.GetIndex() && a.GetRetryAttempt() < b.GetRetryAttempt()
	})
	return all
}
