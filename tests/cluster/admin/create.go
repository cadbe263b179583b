package admin

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/transformers/k8s"

	"flyte1cluster/auth"
	"flyte1cluster/fault"
)

const maxNameLength = 63

var executionName = regexp.MustCompile(`^[a-z][a-z\-0-9]*$`)

// CreateExecution is part of AdminService.
func (s *Server) CreateExecution(
	ctx context.Context, r *admin.ExecutionCreateRequest,
) (*admin.ExecutionCreateResponse, error) {
	r = proto.Clone(r).(*admin.ExecutionCreateRequest)
	if len(r.GetInputs().GetLiterals()) == 0 {
		r.Inputs = r.GetSpec().GetInputs()
	}
	return s.launch(ctx, r)
}

// checkExecution says what is wrong with a request whatever it starts.
func (s *Server) checkExecution(r *admin.ExecutionCreateRequest) error {
	if err := named(true, r.GetProject(), r.GetDomain()); err != nil {
		return err
	}
	// A name is checked in lower case, and kept as it is.
	if name := strings.ToLower(r.GetName()); len(name) > maxNameLength {
		return fault.Invalid("size of name exceeded length %d : %s", maxNameLength, name)
	} else if name != "" && !executionName.MatchString(name) {
		return fault.Invalid("invalid name format: %s, does not match regex '%s'", name, executionName)
	}
	if err := s.known(r.GetProject(), r.GetDomain()); err != nil {
		return err
	}
	if r.GetSpec() == nil {
		return fault.Missing("spec")
	}
	target := r.GetSpec().GetLaunchPlan()
	if err := whole(target); err != nil {
		return err
	}
	switch target.GetResourceType() {
	case core.ResourceType_TASK, core.ResourceType_LAUNCH_PLAN:
	default:
		return fault.Invalid("Invalid reference entity resource type [%v], only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed",
			target.GetResourceType())
	}
	if err := validLiterals("inputs", r.GetInputs()); err != nil {
		return err
	}
	return validLabels(r.GetSpec().GetLabels())
}

// launch starts an execution. The request is the server's own.
func (s *Server) launch(ctx context.Context, r *admin.ExecutionCreateRequest) (*admin.ExecutionCreateResponse, error) {
	if err := s.checkExecution(r); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine == nil {
		return nil, status.Error(codes.Unavailable, "there is no engine yet")
	}
	plan, closure, err := s.target(r.GetSpec().GetLaunchPlan())
	if err != nil {
		return nil, err
	}
	inputs, err := executionInputs(r.GetInputs(), plan)
	if err != nil {
		return nil, err
	}
	id := &core.WorkflowExecutionIdentifier{Project: r.GetProject(), Domain: r.GetDomain(), Name: r.GetName()}
	if id.Name == "" {
		id.Name = "a" + randomName(19)
	}
	e := &execution{stamp: s.stamp(), nodes: map[string]*node{}}
	// The inputs are written before anybody asks whether the name is free: those of an execution that has it are lost.
	dir := filepath.Join("metadata", "admin", id.GetProject(), id.GetDomain(), id.GetName())
	if e.inputs, err = s.files.Write(filepath.Join(dir, "inputs"), inputs); err != nil {
		return nil, err
	}
	if e.given, err = s.files.Write(filepath.Join(dir, "user_inputs"), literals(r.GetInputs())); err != nil {
		return nil, err
	}
	if _, ok := s.executions[executionKey(id)]; ok {
		return nil, fault.Taken("executions_pkey")
	}
	spec := merged(r.GetSpec(), plan, s.opts.RawOutputPrefix)
	if err := s.describe(ctx, id, spec); err != nil {
		return nil, err
	}
	e.info = &admin.Execution{Id: id, Spec: spec, Closure: newClosure(closure, spec)}
	s.executions[executionKey(id)] = e
	s.keepExecution(e)
	if err := s.begin(ctx, e, closure, inputs); err != nil {
		return nil, err
	}
	return &admin.ExecutionCreateResponse{Id: id}, nil
}

// begin hands an execution to the engine. One of a task alone that the engine refuses never was.
func (s *Server) begin(ctx context.Context, e *execution, closure *core.CompiledWorkflowClosure,
	inputs *core.LiteralMap) error {
	err := s.submit(ctx, e, closure, inputs)
	if err == nil {
		return nil
	}
	if e.info.GetSpec().GetLaunchPlan().GetResourceType() == core.ResourceType_TASK {
		s.withdraw(e)
		return err
	}
	// What the cluster refuses is an execution that has failed.
	e.info.Closure.Phase = core.WorkflowExecution_FAILED
	e.info.Closure.OutputResult = &admin.ExecutionClosure_Error{Error: &core.ExecutionError{
		Code: status.Code(err).String(), Message: message(err), Kind: core.ExecutionError_SYSTEM,
	}}
	s.keepExecution(e)
	return nil
}

// submit hands an execution to the engine.
func (s *Server) submit(ctx context.Context, e *execution, closure *core.CompiledWorkflowClosure,
	inputs *core.LiteralMap) error {
	spec := e.info.GetSpec()
	closure = proto.Clone(closure).(*core.CompiledWorkflowClosure)
	w, err := k8s.BuildFlyteWorkflow(closure, inputs, e.info.GetId(),
		spec.GetMetadata().GetSystemMetadata().GetNamespace())
	if err == nil {
		fill(w, e.info.GetId(), spec, s.opts.Resources)
		err = s.engine.Submit(ctx, w)
	}
	if err != nil {
		return fault.Internal("failed to create workflow in propeller %v", err)
	}
	return nil
}

// describe fills in the metadata that is the server's to say: who, where, and below which execution.
func (s *Server) describe(ctx context.Context, id *core.WorkflowExecutionIdentifier, spec *admin.ExecutionSpec) error {
	if spec.Metadata == nil {
		spec.Metadata = &admin.ExecutionMetadata{}
	}
	m := spec.GetMetadata()
	m.Principal = auth.User(ctx)
	m.SystemMetadata = &admin.SystemMetadata{ExecutionCluster: "local", Namespace: id.GetProject() + "-" + id.GetDomain()}
	if parent := m.GetParentNodeExecution(); parent != nil {
		if _, err := s.node(parent); err != nil {
			return err
		}
		above, err := s.find(parent.GetExecutionId())
		if err != nil {
			return err
		}
		m.Principal = above.info.GetSpec().GetMetadata().GetPrincipal()
		m.Nesting = above.info.GetSpec().GetMetadata().GetNesting() + 1
	}
	return nil
}

func newClosure(closure *core.CompiledWorkflowClosure, spec *admin.ExecutionSpec) *admin.ExecutionClosure {
	now := timestamppb.Now()
	// The phase is UNDEFINED until the engine says something.
	return &admin.ExecutionClosure{
		CreatedAt: now, UpdatedAt: now, WorkflowId: closure.GetPrimary().GetTemplate().GetId(),
		StateChangeDetails: &admin.ExecutionStateChangeDetails{
			State: admin.ExecutionState_EXECUTION_ACTIVE, OccurredAt: now, Principal: spec.GetMetadata().GetPrincipal(),
		},
	}
}

// target is what an execution runs: a launch plan and the compiled workflow behind it.
func (s *Server) target(id *core.Identifier) (*admin.LaunchPlan, *core.CompiledWorkflowClosure, error) {
	if id.GetResourceType() == core.ResourceType_TASK {
		return s.taskAlone(id)
	}
	plan, ok := s.plans.get(id)
	if !ok {
		return nil, nil, unknown("LAUNCH_PLAN", id)
	}
	w, ok := s.workflows.get(plan.GetSpec().GetWorkflowId())
	if !ok {
		return nil, nil, unknown("WORKFLOW", plan.GetSpec().GetWorkflowId())
	}
	return plan, w.closure(), nil
}

// literals are those of a map, or none.
func literals(m *core.LiteralMap) *core.LiteralMap {
	if m == nil {
		return &core.LiteralMap{}
	}
	return m
}

// randomName is a text of letters and digits, as names are that the server makes.
func randomName(length int) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	data := make([]byte, length)
	_, _ = rand.Read(data)
	for i, b := range data {
		data[i] = letters[int(b)%len(letters)]
	}
	return string(data)
}
