package admin

import (
	"maps"
	"slices"

	"google.golang.org/grpc/status"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/validators"

	"flyte1cluster/fault"
)

// message is the text of an error without its code.
func message(err error) string { return status.Convert(err).Message() }

// sorted has the names of a map in an order, so that of several errors it is always the same that is told.
func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// validLiterals says whether literals have names and values.
func validLiterals(field string, m *core.LiteralMap) error {
	for _, name := range sorted(m.GetLiterals()) {
		literal := m.GetLiterals()[name]
		if name == "" {
			return fault.Invalid("missing key in %s", field)
		}
		if literal.GetValue() == nil && literal.GetOffloadedMetadata() == nil {
			return fault.Invalid("missing valid literal in %s %s", field, name)
		}
		if at := literal.GetScalar().GetPrimitive().GetDatetime(); at != nil {
			if err := at.CheckValid(); err != nil {
				return fault.Invalid("%v", err)
			}
		}
	}
	return nil
}

// validParameters says whether parameters have names, types, and a default or a need for a value.
func validParameters(field string, m *core.ParameterMap) error {
	for _, name := range sorted(m.GetParameters()) {
		p := m.GetParameters()[name]
		switch {
		case p.GetArtifactQuery() != nil:
			return fault.Invalid("artifact mode not enabled but query found %s %s", field, name)
		case name == "":
			return fault.Invalid("missing key in %s", field)
		case p.GetVar().GetType() == nil:
			return fault.Invalid("The Variable component of the Parameter %s in %s either is missing, or has a missing Type",
				name, field)
		case p.GetDefault() == nil && !p.GetRequired():
			return fault.Invalid("Invalid variable %s in %s - variable has neither default, nor is required. "+
				"One must be specified", name, field)
		case p.GetDefault() == nil:
			continue
		}
		have, err := typeOf(name, p.GetDefault())
		if err != nil {
			return err
		}
		if !validators.AreTypesCastable(have, p.GetVar().GetType()) {
			return fault.Invalid("Type mismatch for Parameter %s in %s has type %s, expected %s",
				name, field, p.GetVar().GetType(), have)
		}
	}
	return nil
}

func typeOf(name string, literal *core.Literal) (*core.LiteralType, error) {
	have := validators.LiteralTypeForLiteral(literal)
	if err := validators.ValidateLiteralType(have); err != nil {
		return nil, fault.Invalid("Failed to validate literal type for [%s] with err: %s", name, err)
	}
	return have, nil
}

// expectedInputs is what a launch plan still takes: the inputs of its workflow without the fixed ones.
func expectedInputs(inputs *core.VariableMap, spec *admin.LaunchPlanSpec) (*core.ParameterMap, error) {
	defaults, fixed := spec.GetDefaultInputs().GetParameters(), spec.GetFixedInputs().GetLiterals()
	if len(inputs.GetVariables()) == 0 {
		if len(defaults) > 0 {
			return nil, fault.Invalid("invalid launch plan default inputs, expected none but found %d", len(defaults))
		}
		if len(fixed) > 0 {
			return nil, fault.Invalid("invalid launch plan fixed inputs, expected none but found %d", len(fixed))
		}
	}
	for _, name := range sorted(defaults) {
		v, ok := inputs.GetVariables()[name]
		if !ok {
			return nil, fault.Invalid("unexpected default_input %s", name)
		}
		if have := defaults[name].GetVar().GetType(); !validators.AreTypesCastable(have, v.GetType()) {
			return nil, fault.Invalid("invalid default_input wrong type %s, expected %v, got %v instead", name, have,
				v.GetType())
		}
	}
	for _, name := range sorted(fixed) {
		v, ok := inputs.GetVariables()[name]
		if !ok {
			return nil, fault.Invalid("unexpected fixed_input %s", name)
		}
		have, err := typeOf(name, fixed[name])
		if err != nil {
			return nil, err
		}
		if !validators.AreTypesCastable(have, v.GetType()) {
			return nil, fault.Invalid("invalid fixed_input wrong type %s, expected %v, got %v instead", name, v.GetType(), have)
		}
	}
	expected := map[string]*core.Parameter{}
	for name, v := range inputs.GetVariables() {
		if p, ok := defaults[name]; ok {
			expected[name] = p
		} else if _, ok := fixed[name]; !ok {
			expected[name] = &core.Parameter{
				Var:      &core.Variable{Type: v.GetType(), Description: v.GetDescription()},
				Behavior: &core.Parameter_Required{Required: true},
			}
		}
	}
	return &core.ParameterMap{Parameters: expected}, nil
}

// checkSchedule says whether a plan can start by itself: whether it takes no input but the time.
func checkSchedule(schedule *admin.Schedule, expected *core.ParameterMap) error {
	if schedule.GetScheduleExpression() == nil {
		return nil
	}
	kickoff := schedule.GetKickoffTimeInputArg()
	for _, name := range sorted(expected.GetParameters()) {
		if expected.GetParameters()[name].GetRequired() && name != kickoff {
			return fault.Invalid("Cannot create a launch plan with a schedule if there is an unbound required input. "+
				"[%v] is required", name)
		}
	}
	if kickoff == "" {
		return nil
	}
	p, ok := expected.GetParameters()[kickoff]
	if !ok {
		return fault.Invalid("Cannot create a schedule with a KickoffTimeInputArg that does not point to a free input. "+
			"[%v] is not free or does not exist.", kickoff)
	}
	if p.GetVar().GetType().GetSimple() != core.SimpleType_DATETIME {
		return fault.Invalid("KickoffTimeInputArg must reference a datetime input. [%v] is a [%v]", kickoff,
			p.GetVar().GetType())
	}
	return nil
}

// executionInputs is what a workflow is given: the inputs of a request, and the defaults and fixed ones of its plan.
func executionInputs(given *core.LiteralMap, plan *admin.LaunchPlan) (*core.LiteralMap, error) {
	expected := plan.GetClosure().GetExpectedInputs().GetParameters()
	for _, name := range sorted(given.GetLiterals()) {
		if _, ok := expected[name]; !ok {
			return nil, fault.Invalid("invalid input %s", name)
		}
	}
	inputs := map[string]*core.Literal{}
	for _, name := range sorted(expected) {
		p, literal := expected[name], given.GetLiterals()[name]
		if literal == nil {
			if p.GetRequired() {
				return nil, fault.Invalid("expected_inputs %s missing", name)
			}
			inputs[name] = p.GetDefault()
			continue
		}
		have, err := typeOf(name, literal)
		if err != nil {
			return nil, err
		}
		if !validators.AreTypesCastable(have, p.GetVar().GetType()) {
			return nil, fault.Invalid("invalid %s input wrong type. Expected %s, but got %s", name, p.GetVar().GetType(), have)
		}
		inputs[name] = literal
	}
	maps.Copy(inputs, plan.GetSpec().GetFixedInputs().GetLiterals())
	return &core.LiteralMap{Literals: inputs}, nil
}
