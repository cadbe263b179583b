package admin

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/validators"

	"flyte1cluster/fault"
	"flyte1cluster/listing"
)

// signalService is SignalService. It is a type of its own, as both services have methods of their own embedded.
type signalService struct{ s *Server }

// signal is a gate that waits, or has waited.
type signal struct {
	stamp
	info *admin.Signal
}

func signalKey(id *core.SignalIdentifier) string {
	return executionKey(id.GetExecutionId()) + "/" + id.GetSignalId()
}

func validSignal(id *core.SignalIdentifier) error {
	of := id.GetExecutionId()
	switch {
	case id == nil:
		return fault.Missing("id")
	case of == nil:
		return fault.Missing("execution_id")
	case id.GetSignalId() == "":
		return fault.Missing("signal_id")
	}
	if err := named(true, of.GetProject(), of.GetDomain()); err != nil {
		return err
	}
	return field("name", of.GetName())
}

// GetOrCreateSignal is part of SignalService; a gate asks it.
func (g signalService) GetOrCreateSignal(_ context.Context, r *admin.SignalGetOrCreateRequest) (*admin.Signal, error) {
	if err := validSignal(r.GetId()); err != nil {
		return nil, err
	}
	if r.GetType() == nil {
		return nil, fault.Missing("type")
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	have, ok := g.s.signals[signalKey(r.GetId())]
	if !ok {
		have = &signal{g.s.stamp(), &admin.Signal{Id: r.GetId(), Type: r.GetType()}}
		g.s.signals[signalKey(r.GetId())] = have
		g.s.keepSignal(have)
	}
	return proto.Clone(have.info).(*admin.Signal), nil
}

// ListSignals is part of SignalService.
func (g signalService) ListSignals(_ context.Context, r *admin.SignalListRequest) (*admin.SignalList, error) {
	id := r.GetWorkflowExecutionId()
	if id.GetProject() == "" || id.GetDomain() == "" || id.GetName() == "" {
		return nil, fault.Missing("execution_id")
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	var all []*signal
	for _, have := range g.s.signals {
		if executionKey(have.info.GetId().GetExecutionId()) == executionKey(id) {
			all = append(all, have)
		}
	}
	page, token, err := listing.Page(all, func(have *signal) listing.Row {
		return listing.Row{Key: signalKey(have.info.GetId()), Values: have.columns(map[string]any{
			"execution_project": id.GetProject(), "execution_domain": id.GetDomain(), "execution_name": id.GetName(),
			"signal_id": have.info.GetId().GetSignalId(),
		})}
	}, listing.Query{
		Name: "ListSignals", Entity: listing.Signal, Filters: r.GetFilters(), Sort: r.GetSortBy(), Limit: r.GetLimit(),
		Token: r.GetToken(),
	})
	answer := &admin.SignalList{Token: token}
	for _, have := range page {
		answer.Signals = append(answer.Signals, proto.Clone(have.info).(*admin.Signal))
	}
	return answer, err
}

// SetSignal is part of SignalService. It can be set again, with another value.
func (g signalService) SetSignal(_ context.Context, r *admin.SignalSetRequest) (*admin.SignalSetResponse, error) {
	if err := validSignal(r.GetId()); err != nil {
		return nil, err
	}
	if r.GetValue() == nil {
		return nil, fault.Missing("value")
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	have, ok := g.s.signals[signalKey(r.GetId())]
	if !ok {
		of := r.GetId().GetExecutionId()
		return nil, fault.Invalid("failed to validate that signal [{{%s %s %s} %s}] exists, err: [signal does not exist]",
			of.GetProject(), of.GetDomain(), of.GetName(), r.GetId().GetSignalId())
	}
	given, err := typeOf("", r.GetValue())
	if err != nil {
		return nil, err
	}
	if !validators.AreTypesCastable(have.info.GetType(), given) {
		// The type is shown as the bytes that the database has.
		bytes, err := proto.Marshal(have.info.GetType())
		if err != nil {
			return nil, fault.Internal("%v", err)
		}
		return nil, fault.Invalid("requested signal value [%v] is not castable to existing signal type [%s]",
			r.GetValue(), fmt.Sprint(bytes))
	}
	have.info.Value = r.GetValue()
	g.s.keepSignal(have)
	return &admin.SignalSetResponse{}, nil
}
