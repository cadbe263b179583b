// Package client registers and runs what files of entities say, as flytectl does.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

// List is a flag that can be repeated.
type List []string

func (l *List) String() string { return strings.Join(*l, ",") }

// Set is part of flag.Value.
func (l *List) Set(v string) error {
	*l = append(*l, v)
	return nil
}

// entityFile is the name of a file of an entity: its place in the order, its name, and what it is. What is a 4 is the
// job of a dynamic task of this name, and no entity: it is compiled, and not registered.
var entityFile = regexp.MustCompile(`^(\d+)_(.+)_([1234])\.pb$`)

// entity is what a file registers.
type entity struct {
	file  string
	order int
	kind  core.ResourceType
	spec  proto.Message
	// of is the dynamic task whose job it is.
	of *core.Identifier
}

// readEntities reads the files that `flytectl register files` takes, and fills in what they leave to who registers.
func readEntities(files []string, project, domain, version string) ([]entity, error) {
	var all []entity
	for _, file := range files {
		match := entityFile.FindStringSubmatch(filepath.Base(file))
		if match == nil {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		order, _ := strconv.Atoi(match[1])
		e := entity{file: filepath.Base(file), order: order}
		switch match[3] {
		case "1":
			e.kind, e.spec = core.ResourceType_TASK, &idl.TaskSpec{}
		case "2":
			e.kind, e.spec = core.ResourceType_WORKFLOW, &idl.WorkflowSpec{}
		case "3":
			// A file of a launch plan has the plan with its identifier, not the specification alone.
			e.kind, e.spec = core.ResourceType_LAUNCH_PLAN, &idl.LaunchPlan{}
		case "4":
			e.spec, e.of = &core.DynamicJobSpec{}, &core.Identifier{ResourceType: core.ResourceType_TASK,
				Project: project, Domain: domain, Name: match[2], Version: version}
		}
		if err := proto.Unmarshal(data, e.spec); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		settle(e.spec, project, domain, version)
		all = append(all, e)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].order < all[j].order })
	if len(all) == 0 {
		return nil, errors.New("there are no files of entities")
	}
	return all, nil
}

// settle fills empty projects, domains and versions of all identifiers in a message, and the templates for them there;
// other texts are left as they are, as flytectl does.
func settle(m proto.Message, project, domain, version string) {
	data, err := protojson.Marshal(m)
	if err != nil {
		return
	}
	var tree any
	_ = json.Unmarshal(data, &tree)
	tree = settleTree(tree, project, domain, version)
	data, _ = json.Marshal(tree)
	fresh := m.ProtoReflect().New().Interface()
	if err := (protojson.UnmarshalOptions{}).Unmarshal(data, fresh); err == nil {
		proto.Reset(m)
		proto.Merge(m, fresh)
	}
}

func settleTree(tree any, project, domain, version string) any {
	switch t := tree.(type) {
	case map[string]any:
		_, named := t["name"].(string)
		_, typed := t["resourceType"].(string)
		if named && typed {
			for name, value := range map[string]string{"project": project, "domain": domain, "version": version} {
				if have, _ := t[name].(string); have == "" || strings.HasPrefix(have, "{{") {
					t[name] = value
				}
			}
		}
		for k, v := range t {
			t[k] = settleTree(v, project, domain, version)
		}
	case []any:
		for i := range t {
			t[i] = settleTree(t[i], project, domain, version)
		}
	}
	return tree
}

// id is the identifier of an entity.
func id(m proto.Message) *core.Identifier {
	switch spec := m.(type) {
	case *idl.TaskSpec:
		return spec.GetTemplate().GetId()
	case *idl.WorkflowSpec:
		return spec.GetTemplate().GetId()
	case *idl.LaunchPlan:
		return spec.GetId()
	}
	return nil
}

// register registers an entity, as flytectl does.
func register(ctx context.Context, c service.AdminServiceClient, e entity) error {
	var err error
	switch spec := e.spec.(type) {
	case *idl.TaskSpec:
		_, err = c.CreateTask(ctx, &idl.TaskCreateRequest{Id: id(spec), Spec: spec})
	case *idl.WorkflowSpec:
		_, err = c.CreateWorkflow(ctx, &idl.WorkflowCreateRequest{Id: id(spec), Spec: spec})
	case *idl.LaunchPlan:
		_, err = c.CreateLaunchPlan(ctx, &idl.LaunchPlanCreateRequest{Id: id(spec), Spec: spec.GetSpec()})
	case *core.DynamicJobSpec:
		err = compileJob(ctx, c, spec, e.of)
	}
	if status.Code(err) == codes.AlreadyExists {
		return nil
	}
	return err
}
