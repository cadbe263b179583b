package admin

import (
	"strings"
	"unicode"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

// taskAlone is a workflow of one task and its launch plan, which are made and registered at the first execution of the
// task.
func (s *Server) taskAlone(id *core.Identifier) (*admin.LaunchPlan, *core.CompiledWorkflowClosure, error) {
	t, ok := s.tasks.get(id)
	if !ok {
		return nil, nil, unknown("TASK", id)
	}
	ofKind := func(kind core.ResourceType) *core.Identifier {
		return &core.Identifier{
			ResourceType: kind, Project: id.GetProject(), Domain: id.GetDomain(), Name: ".flytegen." + id.GetName(),
			Version: id.GetVersion(),
		}
	}
	workflowID, planID := ofKind(core.ResourceType_WORKFLOW), ofKind(core.ResourceType_LAUNCH_PLAN)
	w, ok := s.workflows.get(workflowID)
	if !ok {
		closure, err := s.compile(workflowID, &admin.WorkflowSpec{Template: skeleton(workflowID, id, t)})
		if err != nil {
			return nil, nil, err
		}
		w = s.addWorkflow(workflowID, closure)
	}
	plan, ok := s.plans.get(planID)
	if !ok {
		spec := &admin.LaunchPlanSpec{WorkflowId: workflowID}
		expected, err := expectedInputs(w.typed().GetInputs(), spec)
		if err != nil {
			return nil, nil, err
		}
		spec.DefaultInputs = expected
		plan = s.putPlan(planID, spec, w)
	}
	return plan, w.closure(), nil
}

// skeleton is a workflow that does nothing but call a task. Its node has the task's number of retries, or 3 where the
// task says nothing, and no time limit.
func skeleton(workflowID, id *core.Identifier, t *admin.Task) *core.WorkflowTemplate {
	task := t.GetClosure().GetCompiledTask().GetTemplate()
	retries := task.GetMetadata().GetRetries()
	if retries == nil {
		retries = &core.RetryStrategy{Retries: 3}
	}
	name := nodeName(id.GetName())
	template := &core.WorkflowTemplate{Id: workflowID, Interface: task.GetInterface()}
	n := &core.Node{
		Id:       name,
		Metadata: &core.NodeMetadata{Name: name, Retries: retries},
		Target:   &core.Node_TaskNode{TaskNode: &core.TaskNode{Reference: &core.TaskNode_ReferenceId{ReferenceId: id}}},
	}
	promise := func(node, variable string) *core.Binding {
		return &core.Binding{Var: variable, Binding: &core.BindingData{Value: &core.BindingData_Promise{
			Promise: &core.OutputReference{NodeId: node, Var: variable},
		}}}
	}
	for _, variable := range sorted(task.GetInterface().GetInputs().GetVariables()) {
		n.Inputs = append(n.Inputs, promise("", variable))
	}
	for _, variable := range sorted(task.GetInterface().GetOutputs().GetVariables()) {
		template.Outputs = append(template.Outputs, promise(name, variable))
	}
	template.Nodes = []*core.Node{n}
	return template
}

// nodeName is the end of a task's name, without what a name of Kubernetes cannot have.
func nodeName(task string) string {
	if len(task) > maxNameLength {
		task = task[len(task)-maxNameLength:]
	}
	return strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, task)
}
