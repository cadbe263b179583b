package client

import (
	"context"
	"fmt"

	"google.golang.org/grpc/status"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/common"
	"github.com/flyteorg/flyte/flytepropeller/pkg/compiler/transformers/k8s"
)

// compileJob compiles what a dynamic task has built, as the engine does: the outputs are those of the task, which is
// registered; tasks are those in the job alone; launch plans are asked for.
func compileJob(ctx context.Context, c service.AdminServiceClient, job *core.DynamicJobSpec, of *core.Identifier) error {
	parent, err := c.GetTask(ctx, &idl.ObjectGetRequest{Id: of})
	if err != nil {
		return err
	}
	id := &core.Identifier{ResourceType: core.ResourceType_WORKFLOW, Project: of.GetProject(), Domain: of.GetDomain(),
		Name: "dynamic_" + of.GetName(), Version: of.GetVersion()}
	outputs := parent.GetClosure().GetCompiledTask().GetTemplate().GetInterface().GetOutputs()
	template := &core.WorkflowTemplate{Id: id, Nodes: job.GetNodes(), Outputs: job.GetOutputs(),
		Interface: &core.TypedInterface{Outputs: outputs}}
	tasks := []*core.CompiledTask{}
	seen := map[string]bool{}
	for _, t := range job.GetTasks() {
		if name := t.GetId().String(); !seen[name] {
			seen[name] = true
			compiled, err := compiler.CompileTask(t)
			if err != nil {
				return fmt.Errorf("failed to compile dynamic tasks: %w", err)
			}
			tasks = append(tasks, compiled)
		}
	}
	needs, err := compiler.GetRequirements(template, job.GetSubworkflows())
	if err != nil {
		return fmt.Errorf("failed to Get requirements for subworkflows: %w", err)
	}
	var plans []common.InterfaceProvider
	for _, id := range needs.GetRequiredLaunchPlanIds() {
		plan, err := c.GetLaunchPlan(ctx, &idl.ObjectGetRequest{Id: id})
		if err != nil {
			return fmt.Errorf("incorrectly specified launchplan %s: %s", id.GetName(), status.Convert(err).Message())
		}
		plans = append(plans, compiler.NewLaunchPlanInterfaceProvider(plan))
	}
	closure, err := compiler.CompileWorkflow(template, job.GetSubworkflows(), tasks, plans)
	if err != nil {
		return fmt.Errorf("malformed dynamic workflow: %w", err)
	}
	_, err = k8s.BuildFlyteWorkflow(closure, &core.LiteralMap{}, nil, "")
	return err
}
