package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/auth"
	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// execution is an execution with all that has been reported of it.
type execution struct {
	stamp
	info *admin.Execution
	// inputs and given are references to all inputs, and to those of the request alone.
	inputs, given string
	nodes         map[string]*node
}

func executionKey(id *core.WorkflowExecutionIdentifier) string {
	return id.GetProject() + "/" + id.GetDomain() + "/" + id.GetName()
}

func (s *Server) find(id *core.WorkflowExecutionIdentifier) (*execution, error) {
	if err := named(id != nil, id.GetProject(), id.GetDomain()); err != nil {
		return nil, err
	}
	if id.GetName() == "" {
		return nil, fault.Missing("name")
	}
	if e, ok := s.executions[executionKey(id)]; ok {
		return e, nil
	}
	return nil, fault.Unknown("execution", id)
}

// RelaunchExecution is part of AdminService.
func (s *Server) RelaunchExecution(
	ctx context.Context, r *admin.ExecutionRelaunchRequest,
) (*admin.ExecutionCreateResponse, error) {
	request, err := s.again(r.GetId(), r.GetName(), admin.ExecutionMetadata_RELAUNCH)
	if err != nil {
		return nil, err
	}
	request.Spec.OverwriteCache = r.GetOverwriteCache()
	return s.launch(ctx, request)
}

// RecoverExecution is part of AdminService; an execution that still runs can be recovered, too.
func (s *Server) RecoverExecution(
	ctx context.Context, r *admin.ExecutionRecoverRequest,
) (*admin.ExecutionCreateResponse, error) {
	request, err := s.again(r.GetId(), r.GetName(), admin.ExecutionMetadata_RECOVERED)
	if err != nil {
		return nil, err
	}
	if r.GetMetadata() != nil {
		request.Spec.Metadata.ParentNodeExecution = r.GetMetadata().GetParentNodeExecution()
	}
	return s.launch(ctx, request)
}

// again is the request of an execution a second time, with the inputs that are kept for it.
func (s *Server) again(
	id *core.WorkflowExecutionIdentifier, name string, mode admin.ExecutionMetadata_ExecutionMode,
) (*admin.ExecutionCreateRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(id)
	if err != nil {
		return nil, err
	}
	inputs, err := s.files.Read(e.given)
	if err != nil {
		return nil, err
	}
	spec := proto.Clone(e.info.GetSpec()).(*admin.ExecutionSpec)
	spec.Metadata.Mode, spec.Metadata.ReferenceExecution = mode, id
	return &admin.ExecutionCreateRequest{
		Project: id.GetProject(), Domain: id.GetDomain(), Name: name, Spec: spec, Inputs: inputs,
	}, nil
}

// GetExecution is part of AdminService.
func (s *Server) GetExecution(_ context.Context, r *admin.WorkflowExecutionGetRequest) (*admin.Execution, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(r.GetId())
	if err != nil {
		return nil, err
	}
	return proto.Clone(e.info).(*admin.Execution), nil
}

// UpdateExecution is part of AdminService: it archives.
func (s *Server) UpdateExecution(
	ctx context.Context, r *admin.ExecutionUpdateRequest,
) (*admin.ExecutionUpdateResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(r.GetId())
	if err != nil {
		return nil, err
	}
	e.info.Closure.StateChangeDetails = &admin.ExecutionStateChangeDetails{
		State: r.GetState(), OccurredAt: timestamppb.Now(), Principal: auth.User(ctx),
	}
	e.updated = time.Now()
	s.keepExecution(e)
	return &admin.ExecutionUpdateResponse{}, nil
}

// GetExecutionData is part of AdminService.
func (s *Server) GetExecutionData(
	_ context.Context, r *admin.WorkflowExecutionGetDataRequest,
) (*admin.WorkflowExecutionGetDataResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(r.GetId())
	if err != nil {
		return nil, err
	}
	answer := &admin.WorkflowExecutionGetDataResponse{}
	if answer.FullInputs, answer.Inputs, err = s.files.Literals(e.inputs); err != nil {
		return nil, err
	}
	outputs := e.info.GetClosure().GetOutputs()
	answer.FullOutputs, answer.Outputs, err = s.files.Literals(outputs.GetUri())
	if values := outputs.GetValues(); values != nil && proto.Size(values) < maxInlineEvent {
		answer.FullOutputs = values
	}
	return answer, err
}

// ListExecutions is part of AdminService. Archived ones are left out unless a filter names the state.
func (s *Server) ListExecutions(_ context.Context, r *admin.ResourceListRequest) (*admin.ExecutionList, error) {
	if err := named(r.GetId() != nil, r.GetId().GetProject(), r.GetId().GetDomain()); err != nil {
		return nil, err
	}
	filters := r.GetFilters()
	if filters == "" {
		filters = "eq(state,0)"
	} else if !listing.Names(filters, "state") {
		filters += "+eq(state,0)"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*execution
	for _, e := range s.executions {
		id, of := e.info.GetId(), r.GetId()
		if id.GetProject() == of.GetProject() && id.GetDomain() == of.GetDomain() &&
			(of.GetName() == "" || id.GetName() == of.GetName()) {
			all = append(all, e)
		}
	}
	page, token, err := listing.Page(all, (*execution).row, listing.Query{
		Name: "ListExecutions", Entity: listing.Execution, Filters: filters, Sort: r.GetSortBy(), Limit: r.GetLimit(),
		Token: r.GetToken(),
	})
	answer := &admin.ExecutionList{Token: token}
	for _, e := range page {
		info := proto.Clone(e.info).(*admin.Execution)
		// A list has the beginnings of errors alone.
		if failure := info.GetClosure().GetError(); len(failure.GetMessage()) > 100 {
			failure.Message = strings.ToValidUTF8(failure.GetMessage()[:100], "")
		}
		answer.Executions = append(answer.Executions, info)
	}
	return answer, err
}

func (e *execution) row() listing.Row {
	c, id, launched := e.info.GetClosure(), e.info.GetId(), e.info.GetSpec().GetLaunchPlan()
	m := e.info.GetSpec().GetMetadata()
	values := e.columns(map[string]any{
		"execution_project": id.GetProject(), "execution_domain": id.GetDomain(), "execution_name": id.GetName(),
		"phase": c.GetPhase().String(), "mode": int64(m.GetMode()), "state": int64(c.GetStateChangeDetails().GetState()),
		"user": m.GetPrincipal(), "cluster": m.GetSystemMetadata().GetExecutionCluster(),
		"launch_entity": strings.ToLower(launched.GetResourceType().String()), "duration": c.GetDuration().AsDuration(),
		"abort_cause": c.GetAbortMetadata().GetCause(), "inputs_uri": e.inputs, "user_inputs_uri": e.given,
		"w.name": c.GetWorkflowId().GetName(), "w.version": c.GetWorkflowId().GetVersion(),
	})
	kind := "l."
	if launched.GetResourceType() == core.ResourceType_TASK {
		kind = "t."
	}
	values[kind+"name"], values[kind+"version"] = launched.GetName(), launched.GetVersion()
	addTime(values, "started_at", c.GetStartedAt())
	addTime(values, "execution_created_at", c.GetCreatedAt())
	addTime(values, "execution_updated_at", c.GetUpdatedAt())
	addFailure(values, c.GetError())
	// Labels are tags with values.
	keys, tagged := slices.Clone(e.info.GetSpec().GetTags()), []string(nil)
	for key, value := range e.info.GetSpec().GetLabels().GetValues() {
		keys, tagged = append(keys, key), append(tagged, value)
	}
	values["at.name"], values["et.key"], values["et.value"] = keys, keys, tagged
	return listing.Row{Key: executionKey(id), Values: values}
}

func addTime(values map[string]any, column string, at *timestamppb.Timestamp) {
	if at != nil {
		values[column] = at.AsTime()
	}
}

func addFailure(values map[string]any, failure *core.ExecutionError) {
	if failure != nil {
		values["error_kind"], values["error_code"] = failure.GetKind().String(), failure.GetCode()
	}
}

// TerminateExecution is part of AdminService.
func (s *Server) TerminateExecution(
	ctx context.Context, r *admin.ExecutionTerminateRequest,
) (*admin.ExecutionTerminateResponse, error) {
	s.mu.Lock()
	e, err := s.find(r.GetId())
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if phase := e.info.GetClosure().GetPhase(); terminal(phase) {
		s.mu.Unlock()
		return nil, fault.Terminal(phase.String(), "Cannot abort an already terminated workflow execution")
	}
	e.info.Closure.OutputResult = &admin.ExecutionClosure_AbortMetadata{
		AbortMetadata: &admin.AbortMetadata{Cause: r.GetCause(), Principal: auth.User(ctx)},
	}
	e.info.Closure.Phase = core.WorkflowExecution_ABORTING
	e.info.Closure.UpdatedAt = timestamppb.Now()
	e.updated = time.Now()
	s.keepExecution(e)
	namespace, engine := e.info.GetSpec().GetMetadata().GetSystemMetadata().GetNamespace(), s.engine
	s.mu.Unlock()
	// Not under the lock: the engine may report the end before it returns.
	if err := engine.Abort(ctx, namespace, r.GetId().GetName()); err != nil {
		return nil, fault.Internal("failed to abort: %v", err)
	}
	return &admin.ExecutionTerminateResponse{}, nil
}

func terminal(p core.WorkflowExecution_Phase) bool {
	switch p {
	case core.WorkflowExecution_SUCCEEDED, core.WorkflowExecution_FAILED, core.WorkflowExecution_ABORTED,
		core.WorkflowExecution_TIMED_OUT:
		return true
	}
	return false
}
