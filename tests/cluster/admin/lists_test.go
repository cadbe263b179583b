package admin

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/event"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func ascending(key string) *idl.Sort { return &idl.Sort{Key: key, Direction: idl.Sort_ASCENDING} }

var space = &idl.NamedEntityIdentifier{Project: "flytesnacks", Domain: "development"}

// filled is a rig with five executions, e0 to e4, of which e1 has failed, e2 runs, e3 is archived and e4 has tags.
func filled(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, Options{})
	r.register(t)
	for i := range 5 {
		succeed(t, failing(r.CreateExecution, changed(start(fmt.Sprintf("e%d", i), texts("name", "x")),
			func(c *idl.ExecutionCreateRequest) {
				if i == 4 {
					c.Spec.Tags, c.Spec.Labels = []string{"nightly"}, &idl.Labels{Values: map[string]string{"team": "a"}}
				}
			})))
	}
	r.report(t, "e1", core.WorkflowExecution_RUNNING, "")
	r.report(t, "e1", core.WorkflowExecution_FAILED, "")
	r.report(t, "e2", core.WorkflowExecution_RUNNING, "")
	succeed(t, failing(r.UpdateExecution, &idl.ExecutionUpdateRequest{
		Id: executionNamed("e3"), State: idl.ExecutionState_EXECUTION_ARCHIVED,
	}))
	return r
}

func names(list *idl.ExecutionList) string {
	var all []string
	for _, e := range list.GetExecutions() {
		all = append(all, e.GetId().GetName())
	}
	return strings.Join(all, " ")
}

func TestListsOfExecutions(t *testing.T) {
	r := filled(t)
	ask := func(filters, key string, direction idl.Sort_Direction) string {
		t.Helper()
		request := &idl.ResourceListRequest{Id: space, Limit: 100000, Filters: filters}
		if key != "" {
			request.SortBy = &idl.Sort{Key: key, Direction: direction}
		}
		return names(take(r.ListExecutions(ctx, request))(t))
	}
	for _, c := range []struct{ filters, want string }{
		{"", "e0 e1 e2 e4"},   // An archived one is left out,
		{"eq(state,1)", "e3"}, // unless it is asked for.
		{"value_in(state,0;1)", "e0 e1 e2 e3 e4"},
		{"eq(phase,FAILED)", "e1"},
		{"eq(phase,failed)", ""},
		{"ne(phase,FAILED)", "e0 e2 e4"},
		{"value_in(phase,FAILED;RUNNING)", "e1 e2"},
		{"value_not_in(phase,FAILED;RUNNING)", "e0 e4"},
		{"contains(execution_name,e)+ne(execution_name, e0)", "e1 e2 e4"},
		{"not_like(execution_name,e%)", ""},
		{"gt(execution_name,e1)", "e2 e4"},
		{"gte(execution_name,e1)", "e1 e2 e4"},
		{"lt(execution_name,e1)", "e0"},
		{"lte(execution_name,e1)", "e0 e1"},
		{"eq(workflow.name,hello)+eq(mode,0)", "e0 e1 e2 e4"},
		{"eq(launch_plan.name,hello)+eq(launch_plan.version,v1)", "e0 e1 e2 e4"},
		{"eq(task.name,hello.greet)", ""},
		{"eq(user,somebody)", ""},
		{"eq(execution_tag.key,nightly)+eq(admin_tag.name,nightly)", "e4"},
		{"eq(execution_tag.key,team)+eq(execution_tag.value,a)", "e4"},
		{"gt(created_at,2001-01-01T00:00:00Z)", "e0 e1 e2 e4"},
		{"lt(created_at,2001-01-01T00:00:00Z)", ""},
	} {
		if have := ask(c.filters, "created_at", idl.Sort_ASCENDING); have != c.want {
			t.Errorf("%s finds %q and not %q", c.filters, have, c.want)
		}
	}
	if have := ask("", "created_at", idl.Sort_DESCENDING); have != "e4 e2 e1 e0" {
		t.Errorf("the newest first: %s", have)
	}
	// What has not started comes first, the latest start first.
	if have := strings.Fields(ask("", "started_at", idl.Sort_DESCENDING)); have[2] != "e2" || have[3] != "e1" {
		t.Errorf("by the start: %v", have)
	}
	unsorted, again := ask("", "", 0), ask("", "", 0)
	if unsorted != again || unsorted == "e0 e1 e2 e4" || unsorted == "e4 e2 e1 e0" {
		t.Errorf("an order by chance: %q, %q", unsorted, again)
	}
}

func TestPages(t *testing.T) {
	r := filled(t)
	page := func(token string) *idl.ExecutionList {
		t.Helper()
		return take(r.ListExecutions(ctx, &idl.ResourceListRequest{
			Id: space, Limit: 2, Token: token, SortBy: ascending("execution_name"),
		}))(t)
	}
	first := page("")
	second := page(first.GetToken())
	third := page(second.GetToken())
	if names(first)+"|"+names(second)+"|"+names(third) != "e0 e1|e2 e4|" {
		t.Errorf("the pages are %q, %q, %q", names(first), names(second), names(third))
	}
	// A full page has a token though nothing comes after it.
	if first.GetToken() != "2" || second.GetToken() != "4" || third.GetToken() != "" {
		t.Errorf("the tokens are %q, %q, %q", first.GetToken(), second.GetToken(), third.GetToken())
	}
}

func TestWhatListsRefuse(t *testing.T) {
	r := filled(t)
	executions := func(change func(*idl.ResourceListRequest)) func() error {
		return failing(r.ListExecutions, changed(&idl.ResourceListRequest{Id: space, Limit: 1}, change))
	}
	nodes := func(change func(*idl.NodeExecutionListRequest)) func() error {
		return failing(r.ListNodeExecutions, changed(
			&idl.NodeExecutionListRequest{WorkflowExecutionId: executionNamed("e0"), Limit: 1}, change))
	}
	filter := func(text string) func() error {
		return executions(func(q *idl.ResourceListRequest) { q.Filters = text })
	}
	sort := func(key string) func() error {
		return executions(func(q *idl.ResourceListRequest) { q.SortBy = ascending(key) })
	}
	const limit = "invalid value for limit"
	ids := &idl.NamedEntityIdentifierListRequest{Project: "flytesnacks", Domain: "development"}
	rows := []row{
		{"executions", failing(r.ListExecutions, &idl.ResourceListRequest{Id: space}), codes.InvalidArgument, limit},
		{"nodes", nodes(func(q *idl.NodeExecutionListRequest) { q.Limit = 0 }), codes.InvalidArgument, limit},
		{"attempts", failing(r.ListTaskExecutions, &idl.TaskExecutionListRequest{NodeExecutionId: nodeID("e0", "n0")}),
			codes.InvalidArgument, limit},
		{"tasks", failing(r.ListTasks, &idl.ResourceListRequest{Id: space}), codes.InvalidArgument, limit},
		{"workflows", failing(r.ListWorkflows, &idl.ResourceListRequest{Id: space}), codes.InvalidArgument, limit},
		{"launch plans", failing(r.ListLaunchPlans, &idl.ResourceListRequest{Id: space}), codes.InvalidArgument, limit},
		{"names of tasks", failing(r.ListTaskIds, ids), codes.InvalidArgument, limit},
		{"signals", failing(r.signals.ListSignals, &idl.SignalListRequest{WorkflowExecutionId: executionNamed("e0")}),
			codes.InvalidArgument, limit},
		{"projects", failing(r.ListProjects, &idl.ProjectListRequest{}), codes.OK, ""},
		{"token", nodes(func(q *idl.NodeExecutionListRequest) { q.Token = "abc" }), codes.InvalidArgument,
			"invalid pagination token abc for ListNodeExecutions"},
		{"token of executions", executions(func(q *idl.ResourceListRequest) { q.Token = "-1" }), codes.InvalidArgument,
			"invalid pagination token -1 for ListExecutions"},
		{"sort key", sort("name"), codes.InvalidArgument, "invalid sort key 'name'"},
		{"field", filter("eq(name,x)"), codes.InvalidArgument, "'e.name' is invalid filter"},
		{"field of a node", nodes(func(q *idl.NodeExecutionListRequest) { q.Filters = "eq(name,x)" }), codes.InvalidArgument,
			"'ne.name' is invalid filter"},
		{"entity", nodes(func(q *idl.NodeExecutionListRequest) { q.Filters = "eq(workflow.name,x)" }), codes.InvalidArgument,
			"'w' entity is not allowed in filters"},
		{"function", filter("xx(phase,FAILED)"), codes.InvalidArgument, "unrecognized filter function: xx"},
		{"form", filter("phase=FAILED"), codes.InvalidArgument, "invalid value for filters"},
		{"an execution that there is not has no nodes", nodes(func(q *idl.NodeExecutionListRequest) {
			q.WorkflowExecutionId.Name = "lost"
		}), codes.OK, ""},
	}
	for _, key := range []string{"created_at", "updated_at", "started_at", "execution_created_at", "execution_name"} {
		rows = append(rows, row{"executions by " + key, sort(key), codes.OK, ""})
	}
	for _, key := range []string{
		"created_at", "updated_at", "started_at", "id", "node_id", "phase", "duration", "node_execution_created_at",
	} {
		rows = append(rows, row{"nodes by " + key, nodes(func(q *idl.NodeExecutionListRequest) { q.SortBy = ascending(key) }),
			codes.OK, ""})
	}
	check(t, rows)
}

func TestNodesAndAttempts(t *testing.T) {
	r := filled(t)
	for _, n := range []string{"start-node", "n0", "n1", "end-node"} {
		r.reportNode(t, &event.NodeExecutionEvent{
			Id: nodeID("e2", n), Phase: core.NodeExecution_RUNNING, IsParent: n == "n1", SpecNodeId: n,
		})
	}
	r.reportNode(t, &event.NodeExecutionEvent{
		Id: nodeID("e2", "fbzuqu5q"), Phase: core.NodeExecution_RUNNING, SpecNodeId: "n0", RetryGroup: "0",
		ParentNodeMetadata: &event.ParentNodeExecutionMetadata{NodeId: "n1"},
	})
	list := func(parent string, sort *idl.Sort) []string {
		t.Helper()
		got := take(r.ListNodeExecutions(ctx, &idl.NodeExecutionListRequest{
			WorkflowExecutionId: executionNamed("e2"), UniqueParentId: parent, Limit: 10, SortBy: sort,
		}))(t)
		var ids []string
		for _, n := range got.GetNodeExecutions() {
			ids = append(ids, n.GetId().GetNodeId()+"="+n.GetMetadata().GetSpecNodeId())
		}
		return ids
	}
	inOrder := []string{"start-node=start-node", "n0=n0", "n1=n1", "end-node=end-node"}
	if have := list("", ascending("created_at")); !slices.Equal(have, inOrder) {
		t.Errorf("by their time: %v", have)
	}
	if have := list("", nil); slices.Equal(have, inOrder) || len(have) != 4 {
		t.Errorf("without an order: %v", have)
	}
	if have := list("n1", nil); !slices.Equal(have, []string{"fbzuqu5q=n0"}) {
		t.Errorf("below n1: %v", have)
	}
	expect(t, failing(r.ListNodeExecutions, &idl.NodeExecutionListRequest{
		WorkflowExecutionId: executionNamed("e2"), UniqueParentId: "lost", Limit: 10,
	})(), codes.NotFound, "missing entity of type node execution with identifier ...")

	for attempt := range uint32(4) {
		succeed(t, failing(r.CreateTaskEvent, &idl.TaskExecutionEventRequest{Event: &event.TaskExecutionEvent{
			TaskId: identifier(core.ResourceType_TASK, "hello.greet"), ParentNodeExecutionId: nodeID("e2", "n0"),
			RetryAttempt: attempt, Phase: core.TaskExecution_RUNNING, OccurredAt: timestamppb.Now(),
		}}))
	}
	attempts := func(sort *idl.Sort) []uint32 {
		t.Helper()
		got := take(r.ListTaskExecutions(ctx, &idl.TaskExecutionListRequest{
			NodeExecutionId: nodeID("e2", "n0"), Limit: 10, SortBy: sort,
		}))(t)
		var numbers []uint32
		for _, a := range got.GetTaskExecutions() {
			numbers = append(numbers, a.GetId().GetRetryAttempt())
		}
		return numbers
	}
	if have := attempts(ascending("retry_attempt")); !slices.Equal(have, []uint32{0, 1, 2, 3}) {
		t.Errorf("sorted: %v", have)
	}
	if have := attempts(nil); slices.IsSorted(have) || len(have) != 4 {
		t.Errorf("without an order: %v", have)
	}
}
