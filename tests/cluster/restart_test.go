package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

// A cluster that is killed in the middle of executions, and started again with the same data, goes on with them: what
// was registered, what had succeeded and what was answered is still there, and nothing that had ended runs again.
func TestAKilledClusterGoesOn(t *testing.T) {
	data, files := t.TempDir(), t.TempDir()
	runs, pid, free := filepath.Join(files, "runs"), filepath.Join(files, "pid"), filepath.Join(files, "free")
	first := script("first", fmt.Sprintf("echo >> %s && %s", runs, copies))
	slow := script("slow", fmt.Sprintf(`echo $$ > %s; until [ -e %s ]; do sleep 0.05; done; %s`, pid, free, copies))
	gate := &core.Node{Id: "n0", Metadata: &core.NodeMetadata{Name: "review"}, Target: &core.Node_GateNode{
		GateNode: &core.GateNode{Condition: &core.GateNode_Approve{Approve: &core.ApproveCondition{SignalId: "review"}}},
	}}
	behind := call("n1", "first", "")
	behind.UpstreamNodeIds = []string{"n0"}

	before := served(t, data)
	c, closing, err := connected(before.address, data)
	if err != nil {
		t.Fatal(err)
	}
	ok(c.RegisterProject(ctx, &idl.ProjectRegisterRequest{Project: &idl.Project{Id: "own", Name: "own"}}))(t)
	c.task(t, first)
	c.task(t, slow)
	c.register(t, workflow("chain", "n1", call("n0", "first", ""), call("n1", "slow", "n0")))
	c.register(t, workflow("gated", "n1", gate, behind))
	ok(c.UpdateLaunchPlan(ctx, &idl.LaunchPlanUpdateRequest{
		Id: named(core.ResourceType_LAUNCH_PLAN, "chain"), State: idl.LaunchPlanState_ACTIVE,
	}))(t)
	done := c.start(t, "done", named(core.ResourceType_TASK, "first"))
	c.seven(t, done)
	chain, gated := c.plan(t, "chain"), c.plan(t, "gated")
	until(t, "the process", func() bool { text, _ := os.ReadFile(pid); return len(text) > 1 })
	waiting := func() []*idl.Signal {
		request := &idl.SignalListRequest{WorkflowExecutionId: gated, Limit: 10}
		return ok(c.signals.ListSignals(ctx, request))(t).GetSignals()
	}
	until(t, "the gate", func() bool { return len(waiting()) > 0 })
	old := ok(c.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: done}))(t)
	count := len(ok(os.ReadFile(runs))(t))
	left := strings.TrimSpace(string(ok(os.ReadFile(pid))(t)))
	closing()
	before.kill(t)

	after := served(t, data)
	defer after.stop(t)
	c, closing, err = connected(after.address, data)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	until(t, "the end of the process that was left", func() bool {
		_, err := os.Stat("/proc/" + left)
		return os.IsNotExist(err)
	})
	if now := ok(c.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: done}))(t); !proto.Equal(now, old) {
		t.Errorf("an execution that had ended was\n%v\nand is\n%v", old, now)
	}
	ok(c.GetProject(ctx, &idl.ProjectGetRequest{Id: "own"}))(t)
	if _, err := c.CreateTask(ctx, first); status.Code(err) != codes.AlreadyExists {
		t.Errorf("a task for the second time: %v", err)
	}
	if _, err := c.CreateExecution(ctx, &idl.ExecutionCreateRequest{
		Project: "flytesnacks", Domain: "development", Name: "done", Spec: old.GetSpec(),
		Inputs: &core.LiteralMap{Literals: map[string]*core.Literal{"x": coreutils.MustMakeLiteral(7)}},
	}); status.Code(err) != codes.AlreadyExists {
		t.Errorf("an execution for the second time: %v", err)
	}
	active := ok(c.GetActiveLaunchPlan(ctx, &idl.ActiveLaunchPlanRequest{Id: &idl.NamedEntityIdentifier{
		Project: "flytesnacks", Domain: "development", Name: "chain",
	}}))(t)
	if active.GetId().GetVersion() != "v1" {
		t.Errorf("the active launch plan is %v", active.GetId())
	}
	ok(c.signals.SetSignal(ctx, &idl.SignalSetRequest{
		Id: waiting()[0].GetId(), Value: coreutils.MustMakeLiteral(true),
	}))(t)
	if err := os.WriteFile(free, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.seven(t, chain)
	c.seven(t, gated)
	if runs := len(ok(os.ReadFile(runs))(t)); runs != count+1 {
		t.Errorf("the first task has run %d times, and %d before the cluster was killed", runs, count)
	}
	// The pod was lost with the cluster, so the engine has tried again.
	if all := c.attempts(t, chain, "n1"); len(all) < 2 {
		t.Errorf("the attempts are %v", all)
	}
}
