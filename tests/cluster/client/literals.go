package client

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
)

// inputTypes are the types of the inputs of a launch plan or a task.
func inputTypes(
	ctx context.Context, c service.AdminServiceClient, target *core.Identifier,
) (map[string]*core.LiteralType, error) {
	types := map[string]*core.LiteralType{}
	if target.GetResourceType() == core.ResourceType_TASK {
		t, err := c.GetTask(ctx, &idl.ObjectGetRequest{Id: target})
		for name, v := range t.GetClosure().GetCompiledTask().GetTemplate().GetInterface().GetInputs().GetVariables() {
			types[name] = v.GetType()
		}
		return types, err
	}
	p, err := c.GetLaunchPlan(ctx, &idl.ObjectGetRequest{Id: target})
	for name, v := range p.GetClosure().GetExpectedInputs().GetParameters() {
		types[name] = v.GetVar().GetType()
	}
	return types, err
}

// literalMap is given values as literals of their types.
func literalMap(given []string, types map[string]*core.LiteralType) (*core.LiteralMap, error) {
	m := &core.LiteralMap{Literals: map[string]*core.Literal{}}
	for _, pair := range given {
		name, text, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("not in the form of NAME=VALUE: %s", pair)
		}
		t, ok := types[name]
		if !ok {
			return nil, fmt.Errorf("there is no input %s", name)
		}
		l, err := literal(text, t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		m.Literals[name] = l
	}
	return m, nil
}

func literal(text string, t *core.LiteralType) (*core.Literal, error) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil || t.GetSimple() == core.SimpleType_STRING {
		value = text
	}
	switch {
	case t.GetSimple() == core.SimpleType_BOOLEAN && (text == "yes" || text == "no"):
		value = text == "yes"
	case t.GetSimple() == core.SimpleType_DATETIME:
		at, err := time.Parse(time.RFC3339, text)
		for _, layout := range []string{"2006-01-02T15:04", "2006-01-02"} {
			if err != nil {
				at, err = time.Parse(layout, text)
			}
		}
		if err != nil {
			return nil, err
		}
		value = at.Format(time.RFC3339Nano)
	case t.GetSimple() == core.SimpleType_DURATION:
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, err
		}
		value = d
	case t.GetUnionType() != nil:
		for _, variant := range t.GetUnionType().GetVariants() {
			if (value == nil) != (variant.GetSimple() == core.SimpleType_NONE) {
				continue
			}
			if l, err := literal(text, variant); err == nil {
				return &core.Literal{Value: &core.Literal_Scalar{Scalar: &core.Scalar{
					Value: &core.Scalar_Union{Union: &core.Union{Value: l, Type: variant}},
				}}}, nil
			}
		}
		return nil, fmt.Errorf("no variant of the type takes %s", text)
	case t.GetBlob() != nil:
		return &core.Literal{Value: &core.Literal_Scalar{Scalar: &core.Scalar{Value: &core.Scalar_Blob{
			Blob: &core.Blob{Uri: text, Metadata: &core.BlobMetadata{Type: t.GetBlob()}},
		}}}}, nil
	}
	return coreutils.MakeLiteralForType(t, value)
}
