package admin

import (
	"context"
	"maps"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

var domains = []string{"development", "staging", "production"}

// project is a registered project.
type project struct {
	stamp
	info *admin.Project
}

func (s *Server) addProject(given *admin.Project) {
	info := proto.Clone(given).(*admin.Project)
	for _, d := range domains {
		info.Domains = append(info.Domains, &admin.Domain{Id: d, Name: d})
	}
	p := &project{s.stamp(), info}
	s.projects[info.GetId()] = p
	s.keepProject(p)
}

// GetVersion is part of AdminService.
func (s *Server) GetVersion(context.Context, *admin.GetVersionRequest) (*admin.GetVersionResponse, error) {
	return &admin.GetVersionResponse{ControlPlaneVersion: &admin.Version{Build: "flyte1cluster", Version: "1.16.8"}}, nil
}

// RegisterProject is part of AdminService.
func (s *Server) RegisterProject(
	_ context.Context, r *admin.ProjectRegisterRequest,
) (*admin.ProjectRegisterResponse, error) {
	p := r.GetProject()
	switch {
	case p == nil:
		return nil, fault.Missing("project")
	case p.GetName() == "":
		return nil, fault.Missing("project_name")
	}
	if err := validProject(p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.projects[p.GetId()]; ok {
		return nil, fault.Taken("projects_pkey")
	}
	s.addProject(p)
	return &admin.ProjectRegisterResponse{}, nil
}

func validProject(p *admin.Project) error {
	if p.GetId() == "" {
		return fault.Missing("project_id")
	}
	if err := validLabels(p.GetLabels()); err != nil {
		return err
	}
	if problems := validation.IsDNS1123Label(p.GetId()); len(problems) > 0 {
		return fault.Invalid("invalid project id [%s]: %v", p.GetId(), problems)
	}
	switch {
	case len(p.GetName()) > 64:
		return fault.Invalid("project_name cannot exceed 64 characters")
	case len(p.GetDescription()) > 300:
		return fault.Invalid("project_description cannot exceed 300 characters")
	case p.GetDomains() != nil:
		return fault.Invalid("Domains are currently only set system wide. " +
			"Please retry without domains included in your request.")
	}
	return nil
}

// validLabels says whether labels can be those of Kubernetes.
func validLabels(labels *admin.Labels) error {
	if len(labels.GetValues()) > 16 {
		return fault.Invalid("labels map cannot exceed 16 entries")
	}
	for _, key := range slices.Sorted(maps.Keys(labels.GetValues())) {
		value := labels.GetValues()[key]
		if problems := validation.IsQualifiedName(key); len(problems) > 0 {
			return fault.Invalid("invalid label key [%s]: %v", key, problems)
		}
		if problems := validation.IsValidLabelValue(value); len(problems) > 0 {
			return fault.Invalid("invalid label value [%s]: %v", value, problems)
		}
	}
	return nil
}

// GetProject is part of AdminService.
func (s *Server) GetProject(_ context.Context, r *admin.ProjectGetRequest) (*admin.Project, error) {
	if r.GetId() == "" {
		return nil, fault.Missing("project_id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.projects[r.GetId()]; ok {
		return proto.Clone(p.info).(*admin.Project), nil
	}
	return nil, status.Errorf(codes.NotFound, "project [%s] not found", r.GetId())
}

// ListProjects is part of AdminService; of all lists it alone takes a limit of 0, and has an order of its own.
func (s *Server) ListProjects(_ context.Context, r *admin.ProjectListRequest) (*admin.Projects, error) {
	sort := r.GetSortBy()
	if sort == nil {
		sort = &admin.Sort{Key: "identifier", Direction: admin.Sort_ASCENDING}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list, token, err := listing.Page(slices.Collect(maps.Values(s.projects)), func(p *project) listing.Row {
		return listing.Row{Key: p.info.GetId(), Values: p.columns(map[string]any{
			"identifier": p.info.GetId(), "name": p.info.GetName(), "description": p.info.GetDescription(),
			"state": int64(p.info.GetState()),
		})}
	}, listing.Query{
		Name: "ListProjects", Entity: listing.Project, Filters: r.GetFilters(), Sort: sort, Limit: r.GetLimit(),
		Token: r.GetToken(), NoLimit: true,
	})
	answer := &admin.Projects{Token: token}
	for _, p := range list {
		answer.Projects = append(answer.Projects, proto.Clone(p.info).(*admin.Project))
	}
	return answer, err
}

// GetDomains is part of AdminService.
func (s *Server) GetDomains(context.Context, *admin.GetDomainRequest) (*admin.GetDomainsResponse, error) {
	r := &admin.GetDomainsResponse{}
	for _, d := range domains {
		r.Domains = append(r.Domains, &admin.Domain{Id: d, Name: d})
	}
	return r, nil
}

// known says whether there are a project and a domain, which must not be locked.
func (s *Server) known(id, domain string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.projects[id]; !ok {
		return fault.Invalid("failed to validate that project [%s] and domain [%s] are registered, "+
			"err: [project [%s] not found]",
			id, domain, id)
	}
	if !slices.Contains(domains, domain) {
		return fault.Invalid("domain [%s] is unrecognized by system", domain)
	}
	return nil
}
