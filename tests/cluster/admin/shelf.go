package admin

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wI2L/jsondiff"
	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// shelf has the entities of one kind.
type shelf[T any] struct {
	byID map[string]*entity[T]
}

// entity is what is registered under an identifier.
type entity[T any] struct {
	stamp
	id   *core.Identifier
	what T
}

func newShelf[T any]() *shelf[T] { return &shelf[T]{byID: map[string]*entity[T]{}} }

func key(id *core.Identifier) string {
	return strings.Join([]string{id.GetProject(), id.GetDomain(), id.GetName(), id.GetVersion()}, "\x00")
}

func (s *shelf[T]) get(id *core.Identifier) (T, bool) {
	if e, ok := s.byID[key(id)]; ok {
		return e.what, true
	}
	var none T
	return none, false
}

func (s *shelf[T]) put(id *core.Identifier, st stamp, what T) *entity[T] {
	e := &entity[T]{st, proto.Clone(id).(*core.Identifier), what}
	s.byID[key(id)] = e
	return e
}

// under has the entities of a project and a domain, and of a name if there is one.
func (s *shelf[T]) under(project, domain, name string) []*entity[T] {
	var found []*entity[T]
	for _, e := range s.byID {
		if e.id.GetProject() == project && e.id.GetDomain() == domain && (name == "" || e.id.GetName() == name) {
			found = append(found, e)
		}
	}
	return found
}

// list is the page of entities that a request asks for; `more` gives the columns that not all kinds have.
func (s *shelf[T]) list(name string, kind listing.Entity, r *admin.ResourceListRequest,
	more func(T) map[string]any) ([]T, string, error) {
	if err := named(r.GetId() != nil, r.GetId().GetProject(), r.GetId().GetDomain()); err != nil {
		return nil, "", err
	}
	all := s.under(r.GetId().GetProject(), r.GetId().GetDomain(), r.GetId().GetName())
	page, token, err := listing.Page(all, func(e *entity[T]) listing.Row { return e.row(more(e.what)) }, listing.Query{
		Name: name, Entity: kind, Filters: r.GetFilters(), Sort: r.GetSortBy(), Limit: r.GetLimit(), Token: r.GetToken(),
	})
	var list []T
	for _, e := range page {
		list = append(list, e.what)
	}
	return list, token, err
}

func (e *entity[T]) row(values map[string]any) listing.Row {
	values["project"], values["domain"] = e.id.GetProject(), e.id.GetDomain()
	values["name"], values["version"] = e.id.GetName(), e.id.GetVersion()
	return listing.Row{Key: key(e.id), Values: e.columns(values)}
}

// ids is a page of names, each once.
func (s *shelf[T]) ids(name string, kind listing.Entity,
	r *admin.NamedEntityIdentifierListRequest) (*admin.NamedEntityIdentifierList, error) {
	if err := named(true, r.GetProject(), r.GetDomain()); err != nil {
		return nil, err
	}
	newest := map[string]*entity[T]{}
	for _, e := range s.under(r.GetProject(), r.GetDomain(), "") {
		if have, ok := newest[e.id.GetName()]; !ok || have.stamp.id < e.stamp.id {
			newest[e.id.GetName()] = e
		}
	}
	var all []*entity[T]
	for _, e := range newest {
		all = append(all, e)
	}
	page, token, err := listing.Page(all, func(e *entity[T]) listing.Row { return e.row(map[string]any{}) }, listing.Query{
		Name: name, Entity: kind, Filters: r.GetFilters(), Sort: r.GetSortBy(), Limit: r.GetLimit(), Token: r.GetToken(),
	})
	list := &admin.NamedEntityIdentifierList{Token: token}
	for _, e := range page {
		list.Entities = append(list.Entities, &admin.NamedEntityIdentifier{
			Project: e.id.GetProject(), Domain: e.id.GetDomain(), Name: e.id.GetName(),
		})
	}
	return list, err
}

func named(id bool, project, domain string) error {
	switch {
	case !id:
		return fault.Missing("id")
	case project == "":
		return fault.Missing("project")
	case domain == "":
		return fault.Missing("domain")
	}
	return nil
}

// validID says whether an identifier is whole and of a kind.
func validID(id *core.Identifier, kind core.ResourceType) error {
	if id == nil {
		return fault.Missing("id")
	}
	if id.GetResourceType() != kind {
		return fault.Invalid("unexpected resource type %s for identifier [%v], expected %s instead",
			strings.ToLower(id.GetResourceType().String()), id, strings.ToLower(kind.String()))
	}
	return whole(id)
}

// whole says whether all parts of an identifier are there. Versions and names can be any text.
func whole(id *core.Identifier) error {
	if err := named(id != nil, id.GetProject(), id.GetDomain()); err != nil {
		return err
	}
	return cmp.Or(field("name", id.GetName()), field("version", id.GetVersion()))
}

func field(name, value string) error {
	if value == "" {
		return fault.Missing(name)
	}
	return nil
}

// unknown is the error of an entity that is not registered. Its text does not have the kind twice.
func unknown(kind string, id *core.Identifier) error {
	return fault.Unknown(kind, &core.Identifier{
		Project: id.GetProject(), Domain: id.GetDomain(), Name: id.GetName(), Version: id.GetVersion(),
	})
}

// differences are the lines that tell where two entities are not the same. As with flyteadmin they have the places that
// a patch changes in both directions alone: what was appended to a list, or left out of it, is not among them.
func differences(old, now any) string {
	there, _ := jsondiff.Compare(old, now)
	back, _ := jsondiff.Compare(now, old)
	changes := map[string]jsondiff.Operation{}
	for _, change := range there {
		changes[change.Path] = change
	}
	var lines []string
	for _, change := range back {
		if other, ok := changes[change.Path]; ok {
			lines = append(lines, fmt.Sprintf("%v:\n\t- %v \n\t+ %v", change.Path, change.Value, other.Value))
		}
	}
	return strings.Join(lines, "\n")
}

// different is the text of the error of an entity that is registered already and was another.
func different(name, kind string, old, now any) string {
	return fmt.Sprintf("%s %s with different structure already exists. (Please register a new version of the %s):\n%s",
		name, kind, kind, differences(old, now))
}

// same says whether two messages are the same entity.
func same(a, b proto.Message) bool { return proto.Equal(a, b) }
