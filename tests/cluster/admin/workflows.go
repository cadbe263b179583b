package admin

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/common"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// workflow is a registered workflow.
type workflow struct {
	info *admin.Workflow
}

func (w *workflow) closure() *core.CompiledWorkflowClosure {
	return w.info.GetClosure().GetCompiledWorkflow()
}

func (w *workflow) typed() *core.TypedInterface {
	return w.closure().GetPrimary().GetTemplate().GetInterface()
}

// CreateWorkflow is part of AdminService.
func (s *Server) CreateWorkflow(
	_ context.Context, r *admin.WorkflowCreateRequest,
) (*admin.WorkflowCreateResponse, error) {
	if err := validID(r.GetId(), core.ResourceType_WORKFLOW); err != nil {
		return nil, err
	}
	if err := s.known(r.GetId().GetProject(), r.GetId().GetDomain()); err != nil {
		return nil, err
	}
	if r.GetSpec().GetTemplate() == nil {
		return nil, fault.Missing("spec")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	closure, err := s.compile(r.GetId(), r.GetSpec())
	if err != nil {
		return nil, err
	}
	// The compiler has put a start and an end among the nodes. Those of sub-workflows are not counted.
	if n := len(closure.GetPrimary().GetTemplate().GetNodes()) - 2; n > s.opts.MaxNodes {
		return nil, fault.Invalid("number of nodes in workflow [%+v] exceeds limit (%v > %v)", r.GetId(), n, s.opts.MaxNodes)
	}
	if old, ok := s.workflows.get(r.GetId()); ok {
		return nil, workflowThere(r.GetId(), old, closure)
	}
	s.addWorkflow(r.GetId(), closure)
	return &admin.WorkflowCreateResponse{}, nil
}

func (s *Server) addWorkflow(id *core.Identifier, closure *core.CompiledWorkflowClosure) *workflow {
	at, w := s.stamp(), &workflow{&admin.Workflow{
		Id: id, Closure: &admin.WorkflowClosure{CompiledWorkflow: closure, CreatedAt: timestamppb.Now()},
	}}
	s.workflows.put(id, at, w)
	s.keep(newRecord(workflowRow, at, w.info))
	return w
}

// workflowThere is the error of a workflow that is registered already. What has changed is told with the interface of
// the old one alone, as flyteadmin does not read more of it.
func workflowThere(id *core.Identifier, old *workflow, now *core.CompiledWorkflowClosure) error {
	if same(old.closure(), now) {
		return fault.WithDetails(codes.AlreadyExists, "workflow with identical structure already exists",
			&admin.CreateWorkflowFailureReason{Reason: &admin.CreateWorkflowFailureReason_ExistsIdenticalStructure{
				ExistsIdenticalStructure: &admin.WorkflowErrorExistsIdenticalStructure{Id: id},
			}})
	}
	before := &core.CompiledWorkflowClosure{Primary: &core.CompiledWorkflow{
		Template: &core.WorkflowTemplate{Interface: old.typed()},
	}}
	return fault.WithDetails(codes.InvalidArgument, different(id.GetName(), "workflow", before, now),
		&admin.CreateWorkflowFailureReason{Reason: &admin.CreateWorkflowFailureReason_ExistsDifferentStructure{
			ExistsDifferentStructure: &admin.WorkflowErrorExistsDifferentStructure{Id: id},
		}})
}

// compile compiles a workflow with the tasks and launch plans that are registered.
func (s *Server) compile(id *core.Identifier, given *admin.WorkflowSpec) (*core.CompiledWorkflowClosure, error) {
	failed := func(err any) error {
		return fault.Invalid("failed to compile workflow for [%+v] with err: %v", id, err)
	}
	spec := proto.Clone(given).(*admin.WorkflowSpec)
	spec.Template.Id = id
	needs, err := compiler.GetRequirements(spec.GetTemplate(), spec.GetSubWorkflows())
	if err != nil {
		return nil, failed(err)
	}
	absent := func(kind string, id *core.Identifier) error { return failed(message(unknown(kind, id))) }
	tasks := []*core.CompiledTask{} // The compiler takes none, but not nil.
	for _, id := range needs.GetRequiredTaskIds() {
		t, ok := s.tasks.get(id)
		if !ok {
			return nil, absent("TASK", id)
		}
		tasks = append(tasks, proto.Clone(t.GetClosure().GetCompiledTask()).(*core.CompiledTask))
	}
	var plans []common.InterfaceProvider
	for _, id := range needs.GetRequiredLaunchPlanIds() {
		p, ok := s.plans.get(id)
		if !ok {
			return nil, absent("LAUNCH_PLAN", id)
		}
		plans = append(plans, compiler.NewLaunchPlanInterfaceProvider(proto.Clone(p).(*admin.LaunchPlan)))
	}
	closure, err := compiler.CompileWorkflow(spec.GetTemplate(), spec.GetSubWorkflows(), tasks, plans)
	if err != nil {
		return nil, failed(err)
	}
	return closure, nil
}

// GetWorkflow is part of AdminService.
func (s *Server) GetWorkflow(_ context.Context, r *admin.ObjectGetRequest) (*admin.Workflow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w, ok := s.workflows.get(r.GetId()); ok {
		return proto.Clone(w.info).(*admin.Workflow), nil
	}
	return nil, unknown("WORKFLOW", r.GetId())
}

// ListWorkflows is part of AdminService.
func (s *Server) ListWorkflows(_ context.Context, r *admin.ResourceListRequest) (*admin.WorkflowList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, token, err := s.workflows.list("ListWorkflows", listing.Workflow, r, func(*workflow) map[string]any {
		return map[string]any{}
	})
	answer := &admin.WorkflowList{Token: token}
	for _, w := range list {
		answer.Workflows = append(answer.Workflows, proto.Clone(w.info).(*admin.Workflow))
	}
	return answer, err
}

// ListWorkflowIds is part of AdminService; the workflows that were made for tasks alone are among them.
func (s *Server) ListWorkflowIds(
	_ context.Context, r *admin.NamedEntityIdentifierListRequest,
) (*admin.NamedEntityIdentifierList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.workflows.ids("ListWorkflowIdentifiers", listing.Workflow, r)
}

// GetNamedEntity is part of AdminService; nobody describes anything here.
func (s *Server) GetNamedEntity(_ context.Context, r *admin.NamedEntityGetRequest) (*admin.NamedEntity, error) {
	return &admin.NamedEntity{ResourceType: r.GetResourceType(), Id: r.GetId(),
		Metadata: &admin.NamedEntityMetadata{}}, nil
}
