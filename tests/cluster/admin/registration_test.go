package admin

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

const helloID = `resource_type:WORKFLOW project:"flytesnacks" domain:"development" name:"%s" version:"v1"`

// changed is a request with a change.
func changed[T proto.Message](request T, change func(T)) T {
	fresh := proto.Clone(request).(T)
	change(fresh)
	return fresh
}

func withResources(name string, requests, limits string) *idl.TaskCreateRequest {
	entry := func(text string) []*core.Resources_ResourceEntry {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil
		}
		return []*core.Resources_ResourceEntry{{
			Name: core.Resources_ResourceName(core.Resources_ResourceName_value[key]), Value: value,
		}}
	}
	return changed(greet(name, "i"), func(r *idl.TaskCreateRequest) {
		r.Spec.Template.GetContainer().Resources = &core.Resources{Requests: entry(requests), Limits: entry(limits)}
	})
}

func TestRegistration(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	if _, err := r.CreateWorkflow(ctx, chain("moon", "hello.greet", 1)); err != nil {
		t.Fatal(err)
	}
	succeed(t, failing(r.CreateLaunchPlan, withDefault("moon", "world")))
	task, flow := greet("hello.greet", "registry/hello:v1"), chain("hello", "hello.greet", 1)
	check(t, []row{
		{"same task", failing(r.CreateTask, task), codes.AlreadyExists, "task with identical structure already exists"},
		{"same workflow", failing(r.CreateWorkflow, flow), codes.AlreadyExists,
			"workflow with identical structure already exists"},
		{"same launch plan", failing(r.CreateLaunchPlan, plan("hello")), codes.AlreadyExists,
			"launch plan with identical structure already exists"},
		{"changed task", failing(r.CreateTask, greet("hello.greet", "registry/hello:v2")), codes.InvalidArgument,
			"hello.greet task with different structure already exists. (Please register a new version of the task):\n" +
				"/template/Target/Container/image:\n\t- registry/hello:v1 \n\t+ registry/hello:v2"},
		{"an argument less", failing(r.CreateTask, changed(task, func(c *idl.TaskCreateRequest) {
			c.Spec.Template.GetContainer().Args = []string{"{{.input}}"}
		})), codes.InvalidArgument,
			"hello.greet task with different structure already exists. (Please register a new version of the task):\n"},
		{"another version of the SDK", failing(r.CreateTask, changed(task, func(c *idl.TaskCreateRequest) {
			c.Spec.Template.Metadata.Runtime.Version = "1.17.0"
		})), codes.InvalidArgument,
			"hello.greet task with different structure already exists. (Please register a new version of the task):\n" +
				"/template/metadata/runtime/version:\n\t- 1.16.0 \n\t+ 1.17.0"},
		{"another description", failing(r.CreateTask, changed(task, func(c *idl.TaskCreateRequest) {
			c.Spec.Description = &idl.DescriptionEntity{ShortDescription: "another"}
		})), codes.AlreadyExists, "task with identical structure already exists"},
		{"changed launch plan", failing(r.CreateLaunchPlan, withDefault("moon", "moon")), codes.InvalidArgument,
			"moon launch plan with different structure already exists. " +
				"(Please register a new version of the launch plan):\n/default_inputs/parameters/name/..."},
		{"empty labels are not none", failing(r.CreateLaunchPlan, changed(plan("hello"),
			func(c *idl.LaunchPlanCreateRequest) {
				c.Spec.Labels = &idl.Labels{}
			})), codes.InvalidArgument, "hello launch plan with different structure already exists. " +
			"(Please register a new version of the launch plan):\n/labels:\n\t- <nil> \n\t+ map[]"},
		{"unknown project", failing(r.CreateTask, changed(task, func(c *idl.TaskCreateRequest) { c.Id.Project = "nope" })),
			codes.InvalidArgument, "failed to validate that project [nope] and domain [development] are registered, " +
				"err: [project [nope] not found]"},
		{"unknown domain", failing(r.CreateWorkflow, changed(flow,
			func(c *idl.WorkflowCreateRequest) { c.Id.Domain = "nope" })),
			codes.InvalidArgument, "domain [nope] is unrecognized by system"},
		{"workflow of an unknown task", failing(r.CreateWorkflow, chain("lost", "no.such", 1)), codes.InvalidArgument,
			"failed to compile workflow for [" + fmt.Sprintf(helloID, "lost") + "] with err: missing entity of type TASK with " +
				`identifier project:"flytesnacks" domain:"development" name:"no.such" version:"v1"`},
		{"workflow of an unknown launch plan", failing(r.CreateWorkflow, changed(chain("lost", "hello.greet", 1),
			func(c *idl.WorkflowCreateRequest) {
				c.Spec.Template.Nodes[0].Target = &core.Node_WorkflowNode{WorkflowNode: &core.WorkflowNode{
					Reference: &core.WorkflowNode_LaunchplanRef{LaunchplanRef: identifier(core.ResourceType_LAUNCH_PLAN, "none")},
				}}
			})), codes.InvalidArgument, "failed to compile workflow for [" + fmt.Sprintf(helloID, "lost") + "] with err: " +
			`missing entity of type LAUNCH_PLAN with identifier project:"flytesnacks" domain:"development" name:"none" ` +
			`version:"v1"`},
		{"launch plan of an unknown workflow", failing(r.CreateLaunchPlan, plan("lost")), codes.NotFound,
			"missing entity of type WORKFLOW with identifier " +
				`project:"flytesnacks" domain:"development" name:"lost" version:"v1"`},
		{"a binding to nothing", failing(r.CreateWorkflow, changed(chain("unbound", "hello.greet", 1),
			func(c *idl.WorkflowCreateRequest) { c.Spec.Template.Nodes[0].Inputs = nil })), codes.InvalidArgument,
			"failed to compile workflow for [" + fmt.Sprintf(helloID, "unbound") + "] with err: Collected Errors: 1\n" +
				"\tError 0: Code: ParameterNotBound, Node Id: n0, Description: Parameter not bound [name]...."},
		{"no image", failing(r.CreateTask, greet("x", "")), codes.InvalidArgument, "missing image"},
		{"no command", failing(r.CreateTask, changed(greet("x", "i"), func(c *idl.TaskCreateRequest) {
			c.Spec.Template.GetContainer().Command, c.Spec.Template.GetContainer().Args = nil, nil
		})), codes.InvalidArgument, "task failed compilation with Collected Errors: 1\n" +
			"\tError 0: Code: ValueRequired, Node Id: container, Description: Value required [command].\n"},
		{"no name", failing(r.CreateTask, greet("", "i")), codes.InvalidArgument, "missing name"},
		{"no version", failing(r.CreateTask, changed(greet("x", "i"), func(c *idl.TaskCreateRequest) { c.Id.Version = "" })),
			codes.InvalidArgument, "missing version"},
		{"any text is a version", failing(r.CreateTask, changed(greet("x y", "i"), func(c *idl.TaskCreateRequest) {
			c.Id.Version = "a/b:é " + strings.Repeat("v", 300)
		})), codes.OK, ""},
		{"CPU above the platform's", failing(r.CreateTask, withResources("x", "CPU=64", "")), codes.InvalidArgument,
			"Requested CPU default [64] is greater than current limit set in the platform configuration [2]. " +
				"Please contact Flyte Admins to change these limits or consult the configuration"},
		{"CPU above the task's own", failing(r.CreateTask, withResources("x", "CPU=2", "CPU=1")), codes.InvalidArgument,
			"Requested CPU default [2] is greater than the limit [1]. Please fix your configuration"},
		{"memory that is no quantity", failing(r.CreateTask, withResources("x", "MEMORY=lots", "")), codes.InvalidArgument,
			"Parsing of MEMORY request failed for value lots - reason  quantities must match ..."},
		{"project twice", failing(r.RegisterProject, &idl.ProjectRegisterRequest{
			Project: &idl.Project{Id: "flytesnacks", Name: "n"},
		}), codes.AlreadyExists,
			`value with matching already exists (duplicate key value violates unique constraint "projects_pkey")`},
		{"project with a bad name", failing(r.RegisterProject, &idl.ProjectRegisterRequest{
			Project: &idl.Project{Id: "We_b", Name: "n"},
		}), codes.InvalidArgument, "invalid project id [We_b]: [a lowercase RFC 1123 label must ..."},
		{"project", failing(r.RegisterProject, &idl.ProjectRegisterRequest{Project: &idl.Project{Id: "web", Name: "n"}}),
			codes.OK, ""},
	})
}

func TestDetailsOfWorkflowsThatAreThere(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	_, err := r.CreateWorkflow(ctx, chain("hello", "hello.greet", 1))
	if d := detail[*idl.CreateWorkflowFailureReason](err); d.GetExistsIdenticalStructure().GetId().GetName() != "hello" {
		t.Errorf("the detail is %v", d)
	}
	_, err = r.CreateWorkflow(ctx, chain("hello", "hello.greet", 2))
	expect(t, err, codes.InvalidArgument, "hello workflow with different structure already exists. "+
		"(Please register a new version of the workflow):\n/...")
	if !strings.Contains(status.Convert(err).Message(), "/primary/connections:\n\t- <nil> \n\t+ map[") {
		t.Errorf("the old connections are not shown as none: %v", err)
	}
	if d := detail[*idl.CreateWorkflowFailureReason](err); d.GetExistsDifferentStructure().GetId().GetName() != "hello" {
		t.Errorf("the detail is %v", d)
	}
	// A long message is cut, and then there are no details.
	succeed(t, failing(r.CreateWorkflow, chain("long", "hello.greet", 99)))
	_, err = r.CreateWorkflow(ctx, chain("long", "hello.greet", 100))
	if n := len(status.Convert(err).Message()); status.Code(err) != codes.InvalidArgument || n < 31990 || n > 32000 {
		t.Errorf("%s with %d bytes", status.Code(err), n)
	}
	if d := status.Convert(err).Details(); len(d) != 0 {
		t.Errorf("there are details: %v", d)
	}
}

// detail is the detail of a type that an error has.
func detail[T any](err error) T {
	for _, d := range status.Convert(err).Details() {
		if found, ok := d.(T); ok {
			return found
		}
	}
	var none T
	return none
}

func TestLimits(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	check(t, []row{
		{"100 nodes", failing(r.CreateWorkflow, chain("w100", "hello.greet", 100)), codes.OK, ""},
		{"101 nodes", failing(r.CreateWorkflow, chain("w101", "hello.greet", 101)), codes.InvalidArgument,
			"number of nodes in workflow [" + fmt.Sprintf(helloID, "w101") + "] exceeds limit (101 > 100)"},
		{"4 MiB", failing(r.CreateTask, changed(greet("big", "i"), func(c *idl.TaskCreateRequest) {
			c.Spec.Template.GetContainer().Args = []string{strings.Repeat("x", 4<<20)}
		})), codes.ResourceExhausted, "grpc: received message larger than max (4194..."},
	})
	raised := newRig(t, Options{MaxNodes: 101, Resources: Resources{Limits: Amounts{CPU: "64"}}})
	raised.register(t)
	check(t, []row{
		{"raised number of nodes", failing(raised.CreateWorkflow, chain("w", "hello.greet", 101)), codes.OK, ""},
		{"raised number of CPUs", failing(raised.CreateTask, withResources("x", "CPU=64", "")), codes.OK, ""},
	})
}

func TestOneOfManyRegistersAndAllSucceed(t *testing.T) {
	r := newRig(t, Options{})
	var mu sync.Mutex
	var wg sync.WaitGroup
	answers := map[codes.Code]int{}
	for range 8 {
		wg.Go(func() {
			_, err := r.CreateTask(ctx, greet("t", "i"))
			mu.Lock()
			defer mu.Unlock()
			answers[status.Code(err)]++
		})
	}
	wg.Wait()
	if answers[codes.OK] != 1 || answers[codes.AlreadyExists] != 7 {
		t.Errorf("the answers are %v", answers)
	}
}

func TestActiveLaunchPlans(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	second := changed(plan("hello"), func(p *idl.LaunchPlanCreateRequest) { p.Id.Version = "v2" })
	succeed(t, failing(r.CreateLaunchPlan, second))
	name := &idl.NamedEntityIdentifier{Project: "flytesnacks", Domain: "development", Name: "hello"}
	active := failing(r.GetActiveLaunchPlan, &idl.ActiveLaunchPlanRequest{Id: name})
	state := func(id *core.Identifier, s idl.LaunchPlanState) func() error {
		return failing(r.UpdateLaunchPlan, &idl.LaunchPlanUpdateRequest{Id: id, State: s})
	}
	const none = "No active launch plan could be found: flytesnacks:development:hello"
	expect(t, active(), codes.NotFound, none)
	for range 2 {
		succeed(t, state(plan("hello").GetId(), idl.LaunchPlanState_ACTIVE))
	}
	succeed(t, state(second.GetId(), idl.LaunchPlanState_ACTIVE))
	got := take(r.GetActiveLaunchPlan(ctx, &idl.ActiveLaunchPlanRequest{Id: name}))(t)
	if got.GetId().GetVersion() != "v2" {
		t.Errorf("the active one is %v", got.GetId())
	}
	first := take(r.GetLaunchPlan(ctx, &idl.ObjectGetRequest{Id: plan("hello").GetId()}))(t)
	if first.GetClosure().GetState() != idl.LaunchPlanState_INACTIVE {
		t.Error("the former one is still active")
	}
	// The server says what the plan takes and gives.
	p := first.GetClosure().GetExpectedInputs().GetParameters()["name"]
	if !p.GetRequired() || first.GetClosure().GetExpectedOutputs().GetVariables()["o0"] == nil {
		t.Errorf("the closure is %v", first.GetClosure())
	}
	succeed(t, state(second.GetId(), idl.LaunchPlanState_INACTIVE))
	expect(t, active(), codes.NotFound, none)
	// An execution does not need an active plan.
	succeed(t, failing(r.CreateExecution, start("x", texts("name", "Ferris"))))
}
