package admin

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

func TestSignals(t *testing.T) {
	r := newRig(t, Options{})
	r.register(t)
	succeed(t, failing(r.CreateExecution, start("x", texts("name", "x"))))
	id := &core.SignalIdentifier{ExecutionId: executionNamed("x"), SignalId: "review"}
	set := func(value any) func() error {
		return failing(r.signals.SetSignal, &idl.SignalSetRequest{Id: id, Value: coreutils.MustMakeLiteral(value)})
	}
	list := func() []*idl.Signal {
		t.Helper()
		return take(r.signals.ListSignals(ctx, &idl.SignalListRequest{
			WorkflowExecutionId: executionNamed("x"), Limit: 10,
		}))(t).GetSignals()
	}
	expect(t, set(true)(), codes.InvalidArgument,
		"failed to validate that signal [{{flytesnacks development x} review}] exists, err: [signal does not exist]")
	if have := list(); len(have) != 0 {
		t.Errorf("before the gate runs there are %v", have)
	}
	// The engine asks for the signal when the gate runs.
	create := failing(r.signals.GetOrCreateSignal, &idl.SignalGetOrCreateRequest{
		Id: id, Type: simple(core.SimpleType_BOOLEAN),
	})
	succeed(t, create)
	check(t, []row{
		{"wrong type", set(5), codes.InvalidArgument,
			"requested signal value [scalar:{primitive:{integer:5}}] is not castable " +
				"to existing signal type [[8 4]]"},
		{"set", set(true), codes.OK, ""},
		{"set again with another value", set(false), codes.OK, ""},
		{"no value", failing(r.signals.SetSignal, &idl.SignalSetRequest{Id: id}), codes.InvalidArgument, "missing value"},
	})
	have := list()
	if len(have) != 1 || have[0].GetValue().GetScalar().GetPrimitive().GetBoolean() {
		t.Errorf("the signals are %v", have)
	}
	succeed(t, create)
	if have := list(); len(have) != 1 || have[0].GetValue() == nil {
		t.Errorf("a gate that asks again has lost the value: %v", have)
	}
}
