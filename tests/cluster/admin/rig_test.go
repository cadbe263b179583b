package admin

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/event"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"
)

// stillEngine takes what is submitted and does nothing with it; tests report what an engine would.
type stillEngine struct {
	mu        sync.Mutex
	refusal   error
	submitted []*v1alpha1.FlyteWorkflow
	aborted   []string
}

func (e *stillEngine) Submit(_ context.Context, w *v1alpha1.FlyteWorkflow) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refusal == nil {
		e.submitted = append(e.submitted, w)
	}
	return e.refusal
}

func (e *stillEngine) Abort(_ context.Context, _, name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.aborted = append(e.aborted, name)
	return nil
}

func (e *stillEngine) Has(_ context.Context, namespace, name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.submitted, func(w *v1alpha1.FlyteWorkflow) bool {
		return w.Namespace == namespace && w.Name == name
	})
}

func (e *stillEngine) refuse(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusal = err
}

// rig is a server with clients for it.
type rig struct {
	service.AdminServiceClient
	signals service.SignalServiceClient
	proxy   service.DataProxyServiceClient
	conn    *grpc.ClientConn
	dir     string
	engine  *stillEngine
}

func newRig(t *testing.T, o Options) *rig {
	t.Helper()
	o.Listen, o.DataDir = "127.0.0.1:0", t.TempDir()
	o.RawOutputPrefix = "file://" + o.DataDir + "/raw"
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	engine := &stillEngine{}
	if err := s.SetEngine(context.Background(), engine); err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(s.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithMaxHeaderListSize(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &rig{
		service.NewAdminServiceClient(conn), service.NewSignalServiceClient(conn), service.NewDataProxyServiceClient(conn),
		conn, o.DataDir, engine,
	}
}

var ctx = context.Background()

// succeed fails a test at an error.
func succeed(t *testing.T, ask func() error) {
	t.Helper()
	if err := ask(); err != nil {
		t.Fatal(err)
	}
}

// take takes the answer of a call, and fails a test at an error.
func take[T any](answer T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// row is a line of a table: what is asked, and what the answer is. OK has no message.
type row struct {
	name    string
	ask     func() error
	code    codes.Code
	message string
}

// check goes through a table. Runs of spaces count as one: protobuf's text has one or two at random.
func check(t *testing.T, rows []row) {
	t.Helper()
	if len(rows) == 0 {
		t.Fatal("the table is empty")
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { expect(t, r.ask(), r.code, r.message) })
	}
}

var spaces = regexp.MustCompile(` +`)

// expect compares an error with a code and a message; a message that ends with ... is the beginning of one.
func expect(t *testing.T, err error, code codes.Code, message string) {
	t.Helper()
	s := status.Convert(err)
	if s.Code() != code {
		t.Errorf("the code is %s, not %s: %s", s.Code(), code, s.Message())
	}
	have, want := spaces.ReplaceAllString(s.Message(), " "), spaces.ReplaceAllString(message, " ")
	start, isStart := strings.CutSuffix(want, "...")
	if isStart && !strings.HasPrefix(have, start) || !isStart && have != want {
		t.Errorf("the message is\n%s\nand not\n%s", have, want)
	}
}

// failing leaves the answer of a call out.
func failing[Q, A any](call func(context.Context, Q, ...grpc.CallOption) (A, error), request Q) func() error {
	return func() error { _, err := call(ctx, request); return err }
}

func identifier(kind core.ResourceType, name string) *core.Identifier {
	return &core.Identifier{ResourceType: kind, Project: "flytesnacks", Domain: "development", Name: name, Version: "v1"}
}

func simple(t core.SimpleType) *core.LiteralType {
	return &core.LiteralType{Type: &core.LiteralType_Simple{Simple: t}}
}

func variables(t core.SimpleType, names ...string) *core.VariableMap {
	m := map[string]*core.Variable{}
	for _, name := range names {
		m[name] = &core.Variable{Type: simple(t)}
	}
	return &core.VariableMap{Variables: m}
}

// greet is a task from a name to o0, both texts.
func greet(name, image string) *idl.TaskCreateRequest {
	return &idl.TaskCreateRequest{Id: identifier(core.ResourceType_TASK, name),
		Spec: &idl.TaskSpec{Template: &core.TaskTemplate{
			Type:     "container",
			Metadata: &core.TaskMetadata{Runtime: &core.RuntimeMetadata{Version: "1.16.0"}, Retries: &core.RetryStrategy{}},
			Interface: &core.TypedInterface{
				Inputs: variables(core.SimpleType_STRING, "name"), Outputs: variables(core.SimpleType_STRING, "o0"),
			},
			Target: &core.TaskTemplate_Container{Container: &core.Container{
				Image: image, Command: []string{"true"}, Args: []string{"{{.input}}", "{{.outputPrefix}}"},
			}},
		}}}
}

func promise(variable, node, output string) *core.Binding {
	return &core.Binding{Var: variable, Binding: &core.BindingData{Value: &core.BindingData_Promise{
		Promise: &core.OutputReference{NodeId: node, Var: output},
	}}}
}

// chain is a workflow that calls a task some times, each with what the one before gave.
func chain(name, task string, n int) *idl.WorkflowCreateRequest {
	template := &core.WorkflowTemplate{
		Id: identifier(core.ResourceType_WORKFLOW, name), Interface: greet("", "").GetSpec().GetTemplate().GetInterface(),
	}
	before, output := "", "name"
	for i := range n {
		id := fmt.Sprintf("n%d", i)
		template.Nodes = append(template.Nodes, &core.Node{
			Id: id, Inputs: []*core.Binding{promise("name", before, output)}, Metadata: &core.NodeMetadata{Name: task},
			Target: &core.Node_TaskNode{TaskNode: &core.TaskNode{Reference: &core.TaskNode_ReferenceId{
				ReferenceId: identifier(core.ResourceType_TASK, task),
			}}},
		})
		before, output = id, "o0"
	}
	template.Outputs = []*core.Binding{promise("o0", before, output)}
	return &idl.WorkflowCreateRequest{Id: template.GetId(), Spec: &idl.WorkflowSpec{Template: template}}
}

// plan is a launch plan of a workflow, both of one name.
func plan(name string) *idl.LaunchPlanCreateRequest {
	return &idl.LaunchPlanCreateRequest{Id: identifier(core.ResourceType_LAUNCH_PLAN, name), Spec: &idl.LaunchPlanSpec{
		WorkflowId: identifier(core.ResourceType_WORKFLOW, name),
	}}
}

// withDefault is a launch plan whose input has a default.
func withDefault(name, value string) *idl.LaunchPlanCreateRequest {
	p := plan(name)
	p.Spec.DefaultInputs = &core.ParameterMap{Parameters: map[string]*core.Parameter{"name": {
		Var:      &core.Variable{Type: simple(core.SimpleType_STRING)},
		Behavior: &core.Parameter_Default{Default: coreutils.MustMakeLiteral(value)},
	}}}
	return p
}

// register registers the task hello.greet and a workflow and a launch plan `hello` of one call of it.
func (r *rig) register(t *testing.T) {
	t.Helper()
	if _, err := r.CreateTask(ctx, greet("hello.greet", "registry/hello:v1")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.CreateWorkflow(ctx, chain("hello", "hello.greet", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.CreateLaunchPlan(ctx, plan("hello")); err != nil {
		t.Fatal(err)
	}
}

func texts(pairs ...string) *core.LiteralMap {
	m := map[string]*core.Literal{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = coreutils.MustMakeLiteral(pairs[i+1])
	}
	return &core.LiteralMap{Literals: m}
}

// start is the request of an execution of the launch plan `hello`.
func start(name string, inputs *core.LiteralMap) *idl.ExecutionCreateRequest {
	return &idl.ExecutionCreateRequest{
		Project: "flytesnacks", Domain: "development", Name: name, Inputs: inputs,
		Spec: &idl.ExecutionSpec{LaunchPlan: identifier(core.ResourceType_LAUNCH_PLAN, "hello")},
	}
}

func executionNamed(name string) *core.WorkflowExecutionIdentifier {
	return &core.WorkflowExecutionIdentifier{Project: "flytesnacks", Domain: "development", Name: name}
}

// report tells of a phase of an execution, as an engine does.
func (r *rig) report(t *testing.T, name string, phase core.WorkflowExecution_Phase, outputs string) {
	t.Helper()
	ev := &event.WorkflowExecutionEvent{ExecutionId: executionNamed(name), Phase: phase, OccurredAt: timestamppb.Now()}
	if outputs != "" {
		ev.OutputResult = &event.WorkflowExecutionEvent_OutputUri{OutputUri: outputs}
	}
	if _, err := r.CreateWorkflowEvent(ctx, &idl.WorkflowExecutionEventRequest{RequestId: "r", Event: ev}); err != nil {
		t.Fatal(err)
	}
}

func nodeID(execution, node string) *core.NodeExecutionIdentifier {
	return &core.NodeExecutionIdentifier{ExecutionId: executionNamed(execution), NodeId: node}
}

// reportNode tells of a phase of a node, below another if there is a parent.
func (r *rig) reportNode(t *testing.T, ev *event.NodeExecutionEvent) {
	t.Helper()
	ev.OccurredAt = timestamppb.New(time.Now())
	if _, err := r.CreateNodeEvent(ctx, &idl.NodeExecutionEventRequest{RequestId: "r", Event: ev}); err != nil {
		t.Fatal(err)
	}
}
