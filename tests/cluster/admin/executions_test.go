package admin

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/event"
)

const executionTaken = "value with matching already exists " +
	`(duplicate key value violates unique constraint "executions_pkey")`

func scalar(s *core.Scalar) *core.Literal {
	return &core.Literal{Value: &core.Literal_Scalar{Scalar: s}}
}

func TestCreateExecution(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	fixed := changed(plan("hello"), func(p *idl.LaunchPlanCreateRequest) {
		p.Id.Name, p.Spec.FixedInputs = "fixed", texts("name", "Ferris")
	})
	succeed(t, failing(r.CreateLaunchPlan, fixed))
	named := texts("name", "Ferris")
	with := func(change func(*idl.ExecutionCreateRequest)) func() error {
		return failing(r.CreateExecution, changed(start("", named), change))
	}
	number := &core.LiteralMap{Literals: map[string]*core.Literal{"name": coreutils.MustMakeLiteral(5)}}
	float := &core.LiteralMap{Literals: map[string]*core.Literal{"name": coreutils.MustMakeLiteral(5.0)}}
	none := &core.LiteralMap{Literals: map[string]*core.Literal{"name": scalar(&core.Scalar{
		Value: &core.Scalar_NoneType{NoneType: &core.Void{}},
	})}}
	check(t, []row{
		{"input missing", failing(r.CreateExecution, start("", nil)), codes.InvalidArgument, "expected_inputs name missing"},
		{"wrong type", failing(r.CreateExecution, start("", number)), codes.InvalidArgument,
			"invalid name input wrong type. Expected simple:STRING, but got simple:INTEGER"},
		{"a float", failing(r.CreateExecution, start("", float)), codes.InvalidArgument,
			"invalid name input wrong type. Expected simple:STRING, but got simple:FLOAT"},
		{"none for a text", failing(r.CreateExecution, start("", none)), codes.InvalidArgument,
			"invalid name input wrong type. Expected simple:STRING, but got simple:NONE"},
		{"unknown input", failing(r.CreateExecution, start("", texts("name", "x", "nosuch", "y"))), codes.InvalidArgument,
			"invalid input nosuch"},
		{"fixed input", with(func(c *idl.ExecutionCreateRequest) { c.Spec.LaunchPlan.Name = "fixed" }), codes.InvalidArgument,
			"invalid input name"},
		{"empty literal", failing(r.CreateExecution, start("", &core.LiteralMap{
			Literals: map[string]*core.Literal{"name": {}},
		})), codes.InvalidArgument, "missing valid literal in inputs name"},
		{"a workflow instead of a launch plan", with(func(c *idl.ExecutionCreateRequest) {
			c.Spec.LaunchPlan.ResourceType = core.ResourceType_WORKFLOW
		}), codes.InvalidArgument,
			"Invalid reference entity resource type [WORKFLOW], only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed"},
		{"unknown plan", with(func(c *idl.ExecutionCreateRequest) { c.Spec.LaunchPlan.Name = "nosuch" }), codes.NotFound,
			`missing entity of type LAUNCH_PLAN with identifier project:"flytesnacks" domain:"development" ` +
				`name:"nosuch" version:"v1"`},
		{"bad name", failing(r.CreateExecution, start("a_b", named)), codes.InvalidArgument,
			`invalid name format: a_b, does not match regex '^[a-z][a-z\-0-9]*$'`},
		{"long name", failing(r.CreateExecution, start(strings.Repeat("a", 64), named)), codes.InvalidArgument,
			"size of name exceeded length 63 : " + strings.Repeat("a", 64)},
		{"upper case", failing(r.CreateExecution, start("Fexec2", named)), codes.OK, ""},
		{"bad label", with(func(c *idl.ExecutionCreateRequest) {
			c.Spec.Labels = &idl.Labels{Values: map[string]string{"k": "x y"}}
		}), codes.InvalidArgument, "invalid label value [x y]: [..."},
		{"unknown project", with(func(c *idl.ExecutionCreateRequest) { c.Project = "nope" }), codes.InvalidArgument,
			"failed to validate that project [nope] and domain [development] are registered, err: [project [nope] not found]"},
		{"first of a name", failing(r.CreateExecution, start("twice", named)), codes.OK, ""},
		{"name taken", failing(r.CreateExecution, start("twice", named)), codes.AlreadyExists, executionTaken},
	})
}

// Structs are taken in both forms that SDKs write them in.
func TestStructsAsInputs(t *testing.T) {
	r := newRig(t, Options{})
	task := changed(greet("t", "i"), func(c *idl.TaskCreateRequest) {
		c.Spec.Template.Interface.Inputs = variables(core.SimpleType_STRUCT, "name")
	})
	succeed(t, failing(r.CreateTask, task))
	binary := func(tag string) *core.Literal {
		return scalar(&core.Scalar{Value: &core.Scalar_Binary{Binary: &core.Binary{Value: []byte{0x80}, Tag: tag}}})
	}
	alone := func(l *core.Literal) func() error {
		return failing(r.CreateExecution, changed(start("", nil), func(c *idl.ExecutionCreateRequest) {
			c.Spec.LaunchPlan = task.GetId()
			c.Inputs = &core.LiteralMap{Literals: map[string]*core.Literal{"name": l}}
		}))
	}
	generic := scalar(&core.Scalar{Value: &core.Scalar_Generic{Generic: &structpb.Struct{}}})
	check(t, []row{
		{"generic", alone(generic), codes.OK, ""},
		{"msgpack", alone(binary("msgpack")), codes.OK, ""},
		{"another tag", alone(binary("other")), codes.InvalidArgument,
			"invalid name input wrong type. Expected simple:STRUCT..."},
	})
}

func (r *rig) data(t *testing.T, name string) *idl.WorkflowExecutionGetDataResponse {
	t.Helper()
	return take(r.GetExecutionData(ctx, &idl.WorkflowExecutionGetDataRequest{Id: executionNamed(name)}))(t)
}

func text(m *core.LiteralMap, name string) string {
	return m.GetLiterals()[name].GetScalar().GetPrimitive().GetStringValue()
}

func TestANameThatIsTakenLosesItsInputs(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("fexec1", texts("name", "Ferris"))))
	if have := text(r.data(t, "fexec1").GetFullInputs(), "name"); have != "Ferris" {
		t.Errorf("the input is %q", have)
	}
	expect(t, failing(r.CreateExecution, start("fexec1", texts("name", "Other")))(), codes.AlreadyExists, executionTaken)
	if have := text(r.data(t, "fexec1").GetFullInputs(), "name"); have != "Other" {
		t.Errorf("the input is %q", have)
	}
	// A relaunch takes what is kept.
	succeed(t, failing(r.RelaunchExecution, &idl.ExecutionRelaunchRequest{Id: executionNamed("fexec1"), Name: "fexec2"}))
	if have := text(r.data(t, "fexec2").GetFullInputs(), "name"); have != "Other" {
		t.Errorf("the input of the relaunch is %q", have)
	}
	if n := len(r.engine.submitted); n != 2 {
		t.Errorf("the engine got %d workflows", n)
	}
}

func (r *rig) get(t *testing.T, name string) *idl.Execution {
	t.Helper()
	return take(r.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: executionNamed(name)}))(t)
}

func TestWhatTheServerFillsIn(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	created := take(r.CreateExecution(ctx, changed(start("", texts("name", "x")), func(c *idl.ExecutionCreateRequest) {
		c.Spec.Metadata = &idl.ExecutionMetadata{Principal: "me"}
	})))(t)
	if name := created.GetId().GetName(); !regexp.MustCompile(`^a[a-z0-9]{19}$`).MatchString(name) {
		t.Errorf("the name is %s", name)
	}
	e := r.get(t, created.GetId().GetName())
	c, m := e.GetClosure(), e.GetSpec().GetMetadata()
	if c.GetPhase() != core.WorkflowExecution_UNDEFINED || c.GetStartedAt() != nil || c.GetDuration() != nil {
		t.Errorf("before the engine reports: %v", c)
	}
	if m.GetSystemMetadata().GetNamespace() != "flytesnacks-development" || m.GetPrincipal() != "" {
		t.Errorf("the metadata is %v", m)
	}
	if e.GetSpec().GetMaxParallelism() != 25 || e.GetSpec().GetSecurityContext().GetRunAs() == nil {
		t.Errorf("the spec is %v", e.GetSpec())
	}
	if c.GetCreatedAt() == nil || c.GetUpdatedAt() == nil || c.GetWorkflowId().GetName() != "hello" ||
		c.GetStateChangeDetails() == nil {
		t.Errorf("the closure is %v", c)
	}
}

func TestWhatTheClusterRefuses(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	r.engine.refuse(errors.New("no room"))
	succeed(t, failing(r.CreateExecution, start("refused", texts("name", "x"))))
	e := r.get(t, "refused").GetClosure()
	if e.GetPhase() != core.WorkflowExecution_FAILED || e.GetError().GetCode() != "Internal" ||
		e.GetError().GetKind() != core.ExecutionError_SYSTEM ||
		!strings.HasPrefix(e.GetError().GetMessage(), "failed to create workflow in propeller ") {
		t.Errorf("the closure is %v", e)
	}
	alone := changed(start("alone", texts("name", "x")), func(c *idl.ExecutionCreateRequest) {
		c.Spec.LaunchPlan = identifier(core.ResourceType_TASK, "hello.greet")
	})
	expect(t, failing(r.CreateExecution, alone)(), codes.Internal, "failed to create workflow in propeller ...")
	get := failing(r.GetExecution, &idl.WorkflowExecutionGetRequest{Id: executionNamed("alone")})
	expect(t, get(), codes.NotFound,
		`missing entity of type execution with identifier project:"flytesnacks" domain:"development" name:"alone"`)
}

func TestATaskAlone(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	alone := changed(start("alone", texts("name", "x")), func(c *idl.ExecutionCreateRequest) {
		c.Spec.LaunchPlan = identifier(core.ResourceType_TASK, "hello.greet")
	})
	expect(t, failing(r.CreateExecution, changed(alone, func(c *idl.ExecutionCreateRequest) { c.Inputs = nil }))(),
		codes.InvalidArgument, "expected_inputs name missing")
	succeed(t, failing(r.CreateExecution, alone))
	ids := take(r.ListWorkflowIds(ctx, &idl.NamedEntityIdentifierListRequest{
		Project: "flytesnacks", Domain: "development", Limit: 10,
		SortBy: &idl.Sort{Key: "name", Direction: idl.Sort_ASCENDING},
	}))(t)
	if len(ids.GetEntities()) != 2 || ids.GetEntities()[0].GetName() != ".flytegen.hello.greet" {
		t.Errorf("the workflows are %v", ids.GetEntities())
	}
	w := take(r.GetWorkflow(ctx, &idl.ObjectGetRequest{Id: identifier(core.ResourceType_WORKFLOW,
		".flytegen.hello.greet")}))(t)
	var nodes []string
	for _, n := range w.GetClosure().GetCompiledWorkflow().GetPrimary().GetTemplate().GetNodes() {
		nodes = append(nodes, n.GetId())
	}
	if !strings.Contains(strings.Join(nodes, " "), "hellogreet") {
		t.Errorf("the nodes are %v", nodes)
	}
	succeed(t, failing(r.CreateExecution, changed(alone, func(c *idl.ExecutionCreateRequest) { c.Name = "again" })))
}

func TestTerminateRelaunchRecover(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("x", texts("name", "Ferris"))))
	const lost = `missing entity of type execution with identifier project:"flytesnacks" domain:"development" name:"lost"`
	terminate := failing(r.TerminateExecution, &idl.ExecutionTerminateRequest{Id: executionNamed("x"), Cause: "enough"})
	id := executionNamed("lost")
	check(t, []row{
		{"get what is not there", failing(r.GetExecution, &idl.WorkflowExecutionGetRequest{Id: id}), codes.NotFound, lost},
		{"relaunch it", failing(r.RelaunchExecution, &idl.ExecutionRelaunchRequest{Id: id}), codes.NotFound, lost},
		{"recover it", failing(r.RecoverExecution, &idl.ExecutionRecoverRequest{Id: id}), codes.NotFound, lost},
		{"terminate it", failing(r.TerminateExecution, &idl.ExecutionTerminateRequest{Id: id}), codes.NotFound, lost},
		{"update it", failing(r.UpdateExecution, &idl.ExecutionUpdateRequest{Id: id}), codes.NotFound, lost},
		{"recover what runs", failing(r.RecoverExecution, &idl.ExecutionRecoverRequest{Id: executionNamed("x"), Name: "r"}),
			codes.OK, ""},
		{"relaunch", failing(r.RelaunchExecution, &idl.ExecutionRelaunchRequest{Id: executionNamed("x"), Name: "l"}),
			codes.OK, ""},
		{"relaunch without a name", failing(r.RelaunchExecution, &idl.ExecutionRelaunchRequest{Id: executionNamed("x")}),
			codes.OK, ""},
		{"relaunch under a name that is taken", failing(r.RelaunchExecution,
			&idl.ExecutionRelaunchRequest{Id: executionNamed("x"), Name: "l"}), codes.AlreadyExists, executionTaken},
		{"terminate", terminate, codes.OK, ""},
		{"terminate what is being aborted", terminate, codes.OK, ""},
	})
	for name, mode := range map[string]idl.ExecutionMetadata_ExecutionMode{
		"r": idl.ExecutionMetadata_RECOVERED, "l": idl.ExecutionMetadata_RELAUNCH,
	} {
		m := r.get(t, name).GetSpec().GetMetadata()
		if m.GetMode() != mode || m.GetReferenceExecution().GetName() != "x" {
			t.Errorf("%s: %v", name, m)
		}
	}
	if got := r.engine.submitted[1].ExecutionConfig.RecoveryExecution.WorkflowExecutionIdentifier; got.GetName() != "x" {
		t.Errorf("the engine is to recover %v", got)
	}
	c := r.get(t, "x").GetClosure()
	if c.GetPhase() != core.WorkflowExecution_ABORTING || c.GetAbortMetadata().GetCause() != "enough" {
		t.Errorf("the closure is %v", c)
	}
	r.report(t, "x", core.WorkflowExecution_ABORTED, "")
	err := terminate()
	expect(t, err, codes.FailedPrecondition, "Cannot abort an already terminated workflow execution")
	if d := detail[*idl.EventFailureReason](err); d.GetAlreadyInTerminalState().GetCurrentPhase() != "ABORTED" {
		t.Errorf("the detail is %v", d)
	}
	if c := r.get(t, "x").GetClosure(); c.GetAbortMetadata().GetCause() != "enough" {
		t.Errorf("the cause is lost: %v", c)
	}
}

// put writes literals where a task would.
func (r *rig) put(t *testing.T, name string, m *core.LiteralMap) string {
	t.Helper()
	data := take(proto.Marshal(m))(t)
	path := r.dir + "/" + name
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

func TestLargeData(t *testing.T) {
	for _, links := range []bool{true, false} {
		r := newRig(t, Options{LinksOff: !links})
		r.register(t)
		large := texts("name", strings.Repeat("x", 3<<20))
		succeed(t, failing(r.CreateExecution, start("large", large)))
		succeed(t, failing(r.CreateExecution, start("small", texts("name", "x"))))
		r.report(t, "large", core.WorkflowExecution_RUNNING, "")
		r.report(t, "large", core.WorkflowExecution_SUCCEEDED, r.put(t, "outputs.pb",
			texts("o0", strings.Repeat("y", 2<<20))))
		data, small := r.data(t, "large"), r.data(t, "small")
		if len(data.GetFullInputs().GetLiterals()) != 0 || len(data.GetFullOutputs().GetLiterals()) != 0 {
			t.Error("more than 2 MiB are in an answer")
		}
		if text(small.GetFullInputs(), "name") != "x" {
			t.Errorf("the small inputs are %v", small.GetFullInputs())
		}
		if blob := data.GetInputs(); links != (blob.GetUrl() != "" && blob.GetBytes() == int64(proto.Size(large))) {
			t.Errorf("with links %v the inputs are at %v", links, blob)
		}
		if !links && (data.GetInputs().GetBytes() != 0 || data.GetOutputs().GetUrl() != "") {
			t.Errorf("there are links: %v", data.GetInputs())
		}
		if !links {
			continue
		}
		got := &core.LiteralMap{}
		if err := proto.Unmarshal(fetch(t, data.GetInputs().GetUrl()), got); err != nil || !proto.Equal(got, large) {
			t.Errorf("what the link gives is not the inputs (%v)", err)
		}
	}
}

func TestChildExecutions(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("above", texts("name", "x"))))
	below := changed(start("above-n0-0", texts("name", "x")), func(c *idl.ExecutionCreateRequest) {
		c.Spec.Metadata = &idl.ExecutionMetadata{
			Mode: idl.ExecutionMetadata_CHILD_WORKFLOW, ParentNodeExecution: nodeID("above", "n0"),
		}
	})
	expect(t, failing(r.CreateExecution, below)(), codes.NotFound,
		"missing entity of type node execution with identifier ...")
	r.reportNode(t, &event.NodeExecutionEvent{Id: nodeID("above", "n0"), Phase: core.NodeExecution_RUNNING})
	succeed(t, failing(r.CreateExecution, below))
	m := r.get(t, "above-n0-0").GetSpec().GetMetadata()
	if m.GetNesting() != 1 || m.GetMode() != idl.ExecutionMetadata_CHILD_WORKFLOW ||
		m.GetParentNodeExecution().GetNodeId() != "n0" {
		t.Errorf("the metadata is %v", m)
	}
}

func TestPhases(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("x", texts("name", "x"))))
	r.report(t, "x", core.WorkflowExecution_RUNNING, "")
	time.Sleep(time.Millisecond)
	r.report(t, "x", core.WorkflowExecution_SUCCEEDED, "file:///nowhere")
	c := r.get(t, "x").GetClosure()
	if c.GetStartedAt() == nil || c.GetDuration().AsDuration() <= 0 {
		t.Errorf("the closure is %v", c)
	}
	late := failing(r.CreateWorkflowEvent, &idl.WorkflowExecutionEventRequest{Event: &event.WorkflowExecutionEvent{
		ExecutionId: executionNamed("x"), Phase: core.WorkflowExecution_FAILED, OccurredAt: c.GetStartedAt(),
	}})
	err := late()
	expect(t, err, codes.FailedPrecondition, "invalid phase change from SUCCEEDED to FAILED for workflow execution ...")
	if d := detail[*idl.EventFailureReason](err); d.GetAlreadyInTerminalState().GetCurrentPhase() != "SUCCEEDED" {
		t.Errorf("the detail is %v", d)
	}
}
