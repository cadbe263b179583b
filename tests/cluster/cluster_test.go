package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"

	"flyte1cluster/admin"
	"flyte1cluster/engine"
)

// patience is how long a test waits for what must happen; nothing depends on how soon it does.
const patience = 2 * time.Minute

// shared is the cluster of all tests: a process can have one engine.
var shared *cluster

type cluster struct {
	service.AdminServiceClient
	signals service.SignalServiceClient
	dir     string
}

// asCommand makes the program of the tests be the command itself.
const asCommand = "FLYTE1CLUSTER_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	code, err := withCluster(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withCluster(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "flyte1cluster-test-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	services, err := admin.Listen(admin.Options{
		Listen: "127.0.0.1:0", DataDir: dir, RawOutputPrefix: engine.RawOutputPrefix(dir),
	})
	if err != nil {
		return 0, err
	}
	defer services.Close()
	e, err := engine.Start(context.Background(), engine.Options{
		AdminEndpoint: services.Address(), DataDir: dir, CatalogEndpoint: services.Address(), LogLevel: -1,
	})
	if err != nil {
		return 0, err
	}
	defer func() { _ = e.Stop() }()
	if err := services.SetEngine(context.Background(), e); err != nil {
		return 0, err
	}
	c, closing, err := connected(services.Address(), dir)
	if err != nil {
		return 0, err
	}
	defer closing()
	shared = c
	return m.Run(), nil
}

// connected has clients of the cluster at an address; the function ends the connection.
func connected(address, dir string) (*cluster, func(), error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, nil, err
	}
	c := &cluster{service.NewAdminServiceClient(conn), service.NewSignalServiceClient(conn), dir}
	return c, func() { _ = conn.Close() }, nil
}

var ctx = context.Background()

// ok takes the answer of a call, and fails the test at an error.
func ok[T any](answer T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

func named(kind core.ResourceType, name string) *core.Identifier {
	return &core.Identifier{ResourceType: kind, Project: "flytesnacks", Domain: "development", Name: name, Version: "v1"}
}

func of(t core.SimpleType) *core.LiteralType {
	return &core.LiteralType{Type: &core.LiteralType_Simple{Simple: t}}
}

// numbers are the inputs and the outputs of everything here: x, a number.
var numbers = &core.VariableMap{Variables: map[string]*core.Variable{"x": {Type: of(core.SimpleType_INTEGER)}}}

// copies is a script whose outputs are its inputs: both are maps of literals.
const copies = `mkdir -p "${2#file://}" && cp "${1#file://}" "${2#file://}/outputs.pb"`

// script is a task from a number to a number. The script's $1 is where the inputs are, $2 where the outputs go.
func script(name, text string) *idl.TaskCreateRequest {
	return &idl.TaskCreateRequest{Id: named(core.ResourceType_TASK, name),
		Spec: &idl.TaskSpec{Template: &core.TaskTemplate{
			Type:      "container",
			Metadata:  &core.TaskMetadata{Runtime: &core.RuntimeMetadata{Version: "1"}, Retries: &core.RetryStrategy{}},
			Interface: &core.TypedInterface{Inputs: numbers, Outputs: numbers},
			Target: &core.TaskTemplate_Container{Container: &core.Container{
				Image: "none", Command: []string{"sh", "-c", text, "sh", "{{.input}}", "{{.outputPrefix}}"},
			}},
		}}}
}

func bind(node string) []*core.Binding {
	return []*core.Binding{{Var: "x", Binding: &core.BindingData{Value: &core.BindingData_Promise{
		Promise: &core.OutputReference{NodeId: node, Var: "x"},
	}}}}
}

func call(id, task, before string) *core.Node {
	return &core.Node{
		Id: id, Inputs: bind(before), Metadata: &core.NodeMetadata{Name: task, Retries: &core.RetryStrategy{}},
		Target: &core.Node_TaskNode{TaskNode: &core.TaskNode{
			Reference: &core.TaskNode_ReferenceId{ReferenceId: named(core.ResourceType_TASK, task)},
		}},
	}
}

// workflow is one of nodes, whose output is that of one of them.
func workflow(name, last string, nodes ...*core.Node) *idl.WorkflowCreateRequest {
	id := named(core.ResourceType_WORKFLOW, name)
	return &idl.WorkflowCreateRequest{Id: id, Spec: &idl.WorkflowSpec{Template: &core.WorkflowTemplate{
		Id: id, Interface: &core.TypedInterface{Inputs: numbers, Outputs: numbers}, Nodes: nodes, Outputs: bind(last),
	}}}
}

func (c *cluster) task(t *testing.T, r *idl.TaskCreateRequest) {
	t.Helper()
	ok(c.CreateTask(ctx, r))(t)
}

// register registers a workflow and a launch plan of its name.
func (c *cluster) register(t *testing.T, w *idl.WorkflowCreateRequest) {
	t.Helper()
	ok(c.CreateWorkflow(ctx, w))(t)
	ok(c.CreateLaunchPlan(ctx, planOf(w)))(t)
}

func planOf(w *idl.WorkflowCreateRequest) *idl.LaunchPlanCreateRequest {
	return &idl.LaunchPlanCreateRequest{
		Id: named(core.ResourceType_LAUNCH_PLAN, w.GetId().GetName()), Spec: &idl.LaunchPlanSpec{WorkflowId: w.GetId()},
	}
}

// start starts a launch plan or a task with x = 7.
func (c *cluster) start(t *testing.T, name string, id *core.Identifier) *core.WorkflowExecutionIdentifier {
	t.Helper()
	return ok(c.CreateExecution(ctx, &idl.ExecutionCreateRequest{
		Project: "flytesnacks", Domain: "development", Name: name, Spec: &idl.ExecutionSpec{LaunchPlan: id},
		Inputs: &core.LiteralMap{Literals: map[string]*core.Literal{"x": coreutils.MustMakeLiteral(7)}},
	}))(t).GetId()
}

func (c *cluster) plan(t *testing.T, name string) *core.WorkflowExecutionIdentifier {
	t.Helper()
	return c.start(t, "", named(core.ResourceType_LAUNCH_PLAN, name))
}

func ended(p core.WorkflowExecution_Phase) bool {
	return p == core.WorkflowExecution_SUCCEEDED || p == core.WorkflowExecution_FAILED ||
		p == core.WorkflowExecution_ABORTED
}

// until waits for something.
func until(t *testing.T, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("still waiting for ", what)
		}
	}
}

// await waits for a phase of an execution; another end fails the test.
func (c *cluster) await(
	t *testing.T, id *core.WorkflowExecutionIdentifier, want core.WorkflowExecution_Phase,
) *idl.ExecutionClosure {
	t.Helper()
	var closure *idl.ExecutionClosure
	until(t, fmt.Sprint(id.GetName(), " to be ", want), func() bool {
		closure = ok(c.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: id}))(t).GetClosure()
		if phase := closure.GetPhase(); phase != want && ended(phase) {
			t.Fatalf("%s is %s and not %s: %v", id.GetName(), phase, want, closure.GetError())
		}
		return closure.GetPhase() == want
	})
	return closure
}

// seven waits for a success, whose output must be the input.
func (c *cluster) seven(t *testing.T, id *core.WorkflowExecutionIdentifier) {
	t.Helper()
	c.await(t, id, core.WorkflowExecution_SUCCEEDED)
	data := ok(c.GetExecutionData(ctx, &idl.WorkflowExecutionGetDataRequest{Id: id}))(t)
	if x := data.GetFullOutputs().GetLiterals()["x"].GetScalar().GetPrimitive().GetInteger(); x != 7 {
		t.Errorf("the output is %d", x)
	}
}

// nodes are the nodes of an execution at the top, by their IDs.
func (c *cluster) nodes(t *testing.T, id *core.WorkflowExecutionIdentifier) map[string]*idl.NodeExecution {
	t.Helper()
	all := map[string]*idl.NodeExecution{}
	list := ok(c.ListNodeExecutions(ctx, &idl.NodeExecutionListRequest{WorkflowExecutionId: id, Limit: 1000}))(t)
	for _, n := range list.GetNodeExecutions() {
		all[n.GetId().GetNodeId()] = n
	}
	return all
}

// attempts are the attempts of a node's task, in order.
func (c *cluster) attempts(t *testing.T, id *core.WorkflowExecutionIdentifier, node string) []*idl.TaskExecution {
	t.Helper()
	return ok(c.ListTaskExecutions(ctx, &idl.TaskExecutionListRequest{
		NodeExecutionId: &core.NodeExecutionIdentifier{ExecutionId: id, NodeId: node}, Limit: 100,
		SortBy: &idl.Sort{Key: "retry_attempt", Direction: idl.Sort_ASCENDING},
	}))(t).GetTaskExecutions()
}

// file writes a message below the data of the cluster.
func (c *cluster) file(t *testing.T, name string, m proto.Message) string {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, ok(proto.Marshal(m))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func problem(code, text string, kind core.ContainerError_Kind) *core.ErrorDocument {
	return &core.ErrorDocument{Error: &core.ContainerError{
		Code: code, Message: text, Kind: kind, Origin: core.ExecutionError_USER,
	}}
}

// fails is a script that leaves an error and nothing else.
func fails(path string) string {
	return fmt.Sprintf(`mkdir -p "${2#file://}" && cp %s "${2#file://}/error.pb"`, path)
}

func TestTasksInARow(t *testing.T) {
	c := shared
	c.task(t, script("same", copies))
	c.register(t, workflow("three", "n2", call("n0", "same", ""), call("n1", "same", "n0"), call("n2", "same", "n1")))
	first := c.plan(t, "three")
	c.seven(t, first)
	c.seven(t, c.start(t, "", named(core.ResourceType_TASK, "same")))
	again := ok(c.RelaunchExecution(ctx, &idl.ExecutionRelaunchRequest{Id: first, Name: "again"}))(t)
	c.seven(t, again.GetId())
	all := c.nodes(t, first)
	for _, n := range []string{"n0", "n1", "n2"} {
		if all[n].GetClosure().GetPhase() != core.NodeExecution_SUCCEEDED || len(c.attempts(t, first, n)) != 1 {
			t.Errorf("%s is %v", n, all[n])
		}
	}
}

func TestAnAbort(t *testing.T) {
	c := shared
	pid := filepath.Join(c.dir, "pid")
	c.task(t, script("hang", "echo $$ > "+pid+" && exec sleep 600"))
	c.register(t, workflow("hanging", "n0", call("n0", "hang", "")))
	id := c.plan(t, "hanging")
	until(t, "the process", func() bool { text, _ := os.ReadFile(pid); return len(text) > 1 })
	ok(c.TerminateExecution(ctx, &idl.ExecutionTerminateRequest{Id: id, Cause: "enough"}))(t)
	if cause := c.await(t, id, core.WorkflowExecution_ABORTED).GetAbortMetadata().GetCause(); cause != "enough" {
		t.Errorf("the cause is %q", cause)
	}
	text := ok(os.ReadFile(pid))(t)
	until(t, "the end of the process", func() bool {
		_, err := os.Stat("/proc/" + strings.TrimSpace(string(text)))
		return os.IsNotExist(err)
	})
}

func TestErrorsOfTasks(t *testing.T) {
	c := shared
	c.task(t, script("type", fails(c.file(t, "type.pb", problem("TypeError", "no number",
		core.ContainerError_NON_RECOVERABLE)))))
	c.task(t, script("run", fails(c.file(t, "run.pb", problem("RuntimeError", "no luck",
		core.ContainerError_RECOVERABLE)))))
	c.register(t, workflow("of-type", "n0", call("n0", "type", "")))
	c.register(t, workflow("of-run", "n0", call("n0", "run", "")))
	id := c.plan(t, "of-type")
	if e := c.await(t, id, core.WorkflowExecution_FAILED).GetError(); e.GetCode() != "TypeError" ||
		!strings.Contains(e.GetMessage(), "no number") {
		t.Errorf("the error is %v", e)
	}
	id = c.plan(t, "of-run")
	e := c.await(t, id, core.WorkflowExecution_FAILED).GetError()
	if e.GetCode() != "RetriesExhausted|RuntimeError" || e.GetKind() != core.ExecutionError_USER ||
		!strings.HasPrefix(e.GetMessage(), "[1/1] currentAttempt done. Last Error: USER::") {
		t.Errorf("the error is %v", e)
	}
	own := c.attempts(t, id, "n0")
	if len(own) != 1 || own[0].GetClosure().GetError().GetCode() != "RuntimeError" {
		t.Errorf("the attempts are %v", own)
	}
}

func TestARecovery(t *testing.T) {
	c := shared
	good := filepath.Join(c.dir, "good")
	failure := c.file(t, "later.pb", problem("NotYet", "not yet", core.ContainerError_NON_RECOVERABLE))
	c.task(t, script("first", copies))
	c.task(t, script("later", fmt.Sprintf("if [ -e %s ]; then %s; else %s; fi", good, copies, fails(failure))))
	c.register(t, workflow("recovering", "n1", call("n0", "first", ""), call("n1", "later", "n0")))
	id := c.plan(t, "recovering")
	c.await(t, id, core.WorkflowExecution_FAILED)
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again := ok(c.RecoverExecution(ctx, &idl.ExecutionRecoverRequest{Id: id}))(t).GetId()
	c.seven(t, again)
	all := c.nodes(t, again)
	if all["n0"].GetClosure().GetPhase() != core.NodeExecution_RECOVERED ||
		all["n1"].GetClosure().GetPhase() != core.NodeExecution_SUCCEEDED {
		t.Errorf("the nodes are %v", all)
	}
}

func TestGates(t *testing.T) {
	c := shared
	c.task(t, script("after", copies))
	for _, approved := range []bool{true, false} {
		name := fmt.Sprintf("gate-%v", approved)
		gate := &core.Node{Id: "n0", Metadata: &core.NodeMetadata{Name: "review"}, Target: &core.Node_GateNode{
			GateNode: &core.GateNode{Condition: &core.GateNode_Approve{Approve: &core.ApproveCondition{SignalId: "review"}}},
		}}
		task := call("n1", "after", "")
		task.UpstreamNodeIds = []string{"n0"}
		c.register(t, workflow(name, "n1", gate, task))
		id := c.plan(t, name)
		var found []*idl.Signal
		until(t, "the gate", func() bool {
			found = ok(c.signals.ListSignals(ctx, &idl.SignalListRequest{WorkflowExecutionId: id, Limit: 10}))(t).GetSignals()
			return len(found) > 0
		})
		ok(c.signals.SetSignal(ctx, &idl.SignalSetRequest{
			Id: found[0].GetId(), Value: coreutils.MustMakeLiteral(approved),
		}))(t)
		if approved {
			c.seven(t, id)
			continue
		}
		e := c.await(t, id, core.WorkflowExecution_FAILED).GetError()
		if !strings.Contains(e.GetCode(), "ReceivedRejectSignal") || e.GetKind() != core.ExecutionError_USER {
			t.Errorf("the error is %v", e)
		}
	}
}

func TestALaunchPlanInAWorkflow(t *testing.T) {
	c := shared
	c.task(t, script("inner", copies))
	c.register(t, workflow("below", "n0", call("n0", "inner", "")))
	c.register(t, workflow("above", "n0", &core.Node{
		Id: "n0", Inputs: bind(""), Metadata: &core.NodeMetadata{Name: "below"}, Target: &core.Node_WorkflowNode{
			WorkflowNode: &core.WorkflowNode{Reference: &core.WorkflowNode_LaunchplanRef{
				LaunchplanRef: named(core.ResourceType_LAUNCH_PLAN, "below"),
			}},
		},
	}))
	id := c.start(t, "above1", named(core.ResourceType_LAUNCH_PLAN, "above"))
	c.seven(t, id)
	child := c.nodes(t, id)["n0"].GetClosure().GetWorkflowNodeMetadata().GetExecutionId()
	if child.GetName() != "above1-n0-0" {
		t.Errorf("the child is %v", child)
	}
	m := ok(c.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: child}))(t).GetSpec().GetMetadata()
	if m.GetMode() != idl.ExecutionMetadata_CHILD_WORKFLOW || m.GetNesting() != 1 || m.GetParentNodeExecution() == nil {
		t.Errorf("its metadata is %v", m)
	}
}

func TestTheCache(t *testing.T) {
	c := shared
	count := filepath.Join(c.dir, "count")
	kept := script("kept", "echo >> "+count+" && "+copies)
	kept.Spec.Template.Metadata.Discoverable = true
	kept.Spec.Template.Metadata.DiscoveryVersion = "1"
	c.task(t, kept)
	c.register(t, workflow("cached", "n0", call("n0", "kept", "")))
	c.seven(t, c.plan(t, "cached"))
	second := c.plan(t, "cached")
	c.seven(t, second)
	if s := c.nodes(t,
		second)["n0"].GetClosure().GetTaskNodeMetadata().GetCacheStatus(); s != core.CatalogCacheStatus_CACHE_HIT {
		t.Errorf("the second time it is %s", s)
	}
	if text := ok(os.ReadFile(count))(t); len(text) != 1 {
		t.Errorf("the task has run %d times", len(text))
	}
}

// A name that Kubernetes does not take is one that the cluster refuses.
func TestANameInUpperCase(t *testing.T) {
	c := shared
	c.task(t, script("upper", copies))
	c.register(t, workflow("upper", "n0", call("n0", "upper", "")))
	id := c.start(t, "Upper", named(core.ResourceType_LAUNCH_PLAN, "upper"))
	e := c.await(t, id, core.WorkflowExecution_FAILED).GetError()
	if e.GetCode() != "Internal" || e.GetKind() != core.ExecutionError_SYSTEM ||
		!strings.HasPrefix(e.GetMessage(), "failed to create workflow in propeller ") {
		t.Errorf("the error is %v", e)
	}
}

func TestASleep(t *testing.T) {
	c := shared
	c.task(t, script("waker", copies))
	sleep := &core.Node{Id: "n0", Metadata: &core.NodeMetadata{Name: "sleep"}, Target: &core.Node_GateNode{
		GateNode: &core.GateNode{Condition: &core.GateNode_Sleep{
			Sleep: &core.SleepCondition{Duration: &durationpb.Duration{}},
		}},
	}}
	task := call("n1", "waker", "")
	task.UpstreamNodeIds = []string{"n0"}
	c.register(t, workflow("sleeping", "n1", sleep, task))
	c.seven(t, c.plan(t, "sleeping"))
}
