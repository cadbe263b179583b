package admin

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// CreateLaunchPlan is part of AdminService.
func (s *Server) CreateLaunchPlan(
	_ context.Context, r *admin.LaunchPlanCreateRequest,
) (*admin.LaunchPlanCreateResponse, error) {
	// The workflow goes first: without its interface nothing else can be told.
	if err := validID(r.GetSpec().GetWorkflowId(), core.ResourceType_WORKFLOW); err != nil {
		return nil, err
	}
	s.mu.Lock()
	w, ok := s.workflows.get(r.GetSpec().GetWorkflowId())
	s.mu.Unlock()
	if !ok {
		return nil, unknown("WORKFLOW", r.GetSpec().GetWorkflowId())
	}
	if err := s.checkPlan(r); err != nil {
		return nil, err
	}
	spec := proto.Clone(r.GetSpec()).(*admin.LaunchPlanSpec)
	expected, err := expectedInputs(w.typed().GetInputs(), spec)
	if err != nil {
		return nil, err
	}
	if err := checkSchedule(spec.GetEntityMetadata().GetSchedule(), expected); err != nil {
		return nil, err
	}
	spec.DefaultInputs = expected
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.plans.get(r.GetId()); ok {
		if !same(old.GetSpec(), spec) {
			return nil, fault.Invalid("%s", different(r.GetId().GetName(), "launch plan", old.GetSpec(), spec))
		}
		return nil, status.Error(codes.AlreadyExists, "launch plan with identical structure already exists")
	}
	s.putPlan(r.GetId(), spec, w)
	return &admin.LaunchPlanCreateResponse{}, nil
}

// checkPlan says what is wrong with a launch plan whatever its workflow is.
func (s *Server) checkPlan(r *admin.LaunchPlanCreateRequest) error {
	if err := validID(r.GetId(), core.ResourceType_LAUNCH_PLAN); err != nil {
		return err
	}
	if err := s.known(r.GetId().GetProject(), r.GetId().GetDomain()); err != nil {
		return err
	}
	if err := validLabels(r.GetSpec().GetLabels()); err != nil {
		return err
	}
	if err := validLiterals("fixed_inputs", r.GetSpec().GetFixedInputs()); err != nil {
		return err
	}
	return validParameters("default_inputs", r.GetSpec().GetDefaultInputs())
}

func (s *Server) putPlan(id *core.Identifier, spec *admin.LaunchPlanSpec, w *workflow) *admin.LaunchPlan {
	now := timestamppb.Now()
	plan := &admin.LaunchPlan{Id: id, Spec: spec, Closure: &admin.LaunchPlanClosure{
		ExpectedInputs: proto.Clone(spec.GetDefaultInputs()).(*core.ParameterMap), ExpectedOutputs: w.typed().GetOutputs(),
		CreatedAt: now, UpdatedAt: now,
	}}
	s.keepPlan(s.plans.put(id, s.stamp(), plan))
	return plan
}

// GetLaunchPlan is part of AdminService.
func (s *Server) GetLaunchPlan(_ context.Context, r *admin.ObjectGetRequest) (*admin.LaunchPlan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.plans.get(r.GetId()); ok {
		return proto.Clone(p).(*admin.LaunchPlan), nil
	}
	return nil, unknown("LAUNCH_PLAN", r.GetId())
}

func planColumns(p *admin.LaunchPlan) map[string]any {
	return map[string]any{
		"state": int64(p.GetClosure().GetState()), "w.name": p.GetSpec().GetWorkflowId().GetName(),
		"w.version": p.GetSpec().GetWorkflowId().GetVersion(),
	}
}

// ListLaunchPlans is part of AdminService.
func (s *Server) ListLaunchPlans(_ context.Context, r *admin.ResourceListRequest) (*admin.LaunchPlanList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, token, err := s.plans.list("ListLaunchPlans", listing.LaunchPlan, r, planColumns)
	return planList(list, token), err
}

func planList(plans []*admin.LaunchPlan, token string) *admin.LaunchPlanList {
	answer := &admin.LaunchPlanList{Token: token}
	for _, p := range plans {
		answer.LaunchPlans = append(answer.LaunchPlans, proto.Clone(p).(*admin.LaunchPlan))
	}
	return answer
}

// ListActiveLaunchPlans is part of AdminService.
func (s *Server) ListActiveLaunchPlans(
	_ context.Context, r *admin.ActiveLaunchPlanListRequest,
) (*admin.LaunchPlanList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, token, err := s.plans.list("ListActiveLaunchPlans", listing.LaunchPlan, &admin.ResourceListRequest{
		Id:      &admin.NamedEntityIdentifier{Project: r.GetProject(), Domain: r.GetDomain()},
		Filters: "eq(state,1)", Limit: r.GetLimit(), Token: r.GetToken(), SortBy: r.GetSortBy(),
	}, planColumns)
	return planList(list, token), err
}

// ListLaunchPlanIds is part of AdminService.
func (s *Server) ListLaunchPlanIds(
	_ context.Context, r *admin.NamedEntityIdentifierListRequest,
) (*admin.NamedEntityIdentifierList, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plans.ids("ListLaunchPlanIds", listing.LaunchPlan, r)
}

// GetActiveLaunchPlan is part of AdminService.
func (s *Server) GetActiveLaunchPlan(_ context.Context, r *admin.ActiveLaunchPlanRequest) (*admin.LaunchPlan, error) {
	id := r.GetId()
	if err := named(id != nil, id.GetProject(), id.GetDomain()); err != nil {
		return nil, err
	}
	if id.GetName() == "" {
		return nil, fault.Missing("name")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.plans.under(id.GetProject(), id.GetDomain(), id.GetName()) {
		if e.what.GetClosure().GetState() == admin.LaunchPlanState_ACTIVE {
			return proto.Clone(e.what).(*admin.LaunchPlan), nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "No active launch plan could be found: %s:%s:%s",
		id.GetProject(), id.GetDomain(), id.GetName())
}

// UpdateLaunchPlan is part of AdminService: one version of a launch plan is active, or none.
func (s *Server) UpdateLaunchPlan(
	_ context.Context, r *admin.LaunchPlanUpdateRequest,
) (*admin.LaunchPlanUpdateResponse, error) {
	if err := validID(r.GetId(), core.ResourceType_LAUNCH_PLAN); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.plans.get(r.GetId())
	if !ok {
		return nil, unknown("LAUNCH_PLAN", r.GetId())
	}
	if r.GetState() == admin.LaunchPlanState_ACTIVE {
		for _, e := range s.plans.under(r.GetId().GetProject(), r.GetId().GetDomain(), r.GetId().GetName()) {
			if e.what.Closure.State == admin.LaunchPlanState_ACTIVE {
				e.what.Closure.State = admin.LaunchPlanState_INACTIVE
				s.keepPlan(e)
			}
		}
	}
	p.Closure.State = r.GetState()
	p.Closure.UpdatedAt = timestamppb.Now()
	s.keepPlan(s.plans.byID[key(r.GetId())])
	return &admin.LaunchPlanUpdateResponse{}, nil
}
