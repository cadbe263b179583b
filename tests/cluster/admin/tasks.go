package admin

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// CreateTask is part of AdminService.
func (s *Server) CreateTask(_ context.Context, r *admin.TaskCreateRequest) (*admin.TaskCreateResponse, error) {
	if err := s.checkTask(r); err != nil {
		return nil, err
	}
	spec := proto.Clone(r.GetSpec()).(*admin.TaskSpec)
	spec.Template.Id = r.GetId()
	compiled, err := compiler.CompileTask(proto.Clone(spec.GetTemplate()).(*core.TaskTemplate))
	if err != nil {
		return nil, fault.Invalid("task failed compilation with %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.tasks.get(r.GetId()); ok {
		if before := old.GetClosure().GetCompiledTask(); !same(before, compiled) {
			return nil, fault.Invalid("%s", different(r.GetId().GetName(), "task", before, compiled))
		}
		return nil, status.Error(codes.AlreadyExists, "task with identical structure already exists")
	}
	at, task := s.stamp(), &admin.Task{
		Id: r.GetId(), Closure: &admin.TaskClosure{CompiledTask: compiled, CreatedAt: timestamppb.Now()},
	}
	s.tasks.put(r.GetId(), at, task)
	s.keep(newRecord(taskRow, at, task))
	return &admin.TaskCreateResponse{}, nil
}

// checkTask says what is wrong with a task before it is compiled.
func (s *Server) checkTask(r *admin.TaskCreateRequest) error {
	if err := validID(r.GetId(), core.ResourceType_TASK); err != nil {
		return err
	}
	if err := s.known(r.GetId().GetProject(), r.GetId().GetDomain()); err != nil {
		return err
	}
	t := r.GetSpec().GetTemplate()
	switch {
	case t == nil:
		return fault.Missing("spec")
	case t.GetType() == "":
		return fault.Missing("type")
	case t.GetMetadata() == nil:
		return fault.Missing("metadata")
	case t.GetMetadata().GetRuntime() != nil && t.GetMetadata().GetRuntime().GetVersion() == "":
		return fault.Missing("runtime version")
	case t.GetInterface() == nil:
		return fault.Missing("typed interface")
	case t.GetContainer() != nil:
		return s.opts.Resources.checkContainer(r.GetId(), t.GetContainer())
	case t.GetK8SPod() != nil:
		return s.opts.Resources.checkPod(r.GetId(), t.GetK8SPod())
	}
	return nil
}

// GetTask is part of AdminService.
func (s *Server) GetTask(_ context.Context, r *admin.ObjectGetRequest) (*admin.Task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tasks.get(r.GetId()); ok {
		return proto.Clone(t).(*admin.Task), nil
	}
	return nil, unknown("TASK", r.GetId())
}

// ListTasks is part of AdminService.
func (s *Server) ListTasks(_ context.Context, r *admin.ResourceListRequest) (*admin.TaskList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, token, err := s.tasks.list("ListTasks", listing.Task, r, func(t *admin.Task) map[string]any {
		return map[string]any{"type": t.GetClosure().GetCompiledTask().GetTemplate().GetType()}
	})
	answer := &admin.TaskList{Token: token}
	for _, t := range list {
		answer.Tasks = append(answer.Tasks, proto.Clone(t).(*admin.Task))
	}
	return answer, err
}

// ListTaskIds is part of AdminService.
func (s *Server) ListTaskIds(
	_ context.Context, r *admin.NamedEntityIdentifierListRequest,
) (*admin.NamedEntityIdentifierList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tasks.ids("ListUniqueTaskIdentifiers", listing.Task, r)
}
