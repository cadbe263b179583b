package listing

import "slices"

// Entity is the short name of a kind of row; messages use it.
type Entity string

// The kinds of rows that filters can name.
const (
	Execution     Entity = "e"
	LaunchPlan    Entity = "l"
	NodeExecution Entity = "ne"
	Task          Entity = "t"
	TaskExecution Entity = "te"
	Workflow      Entity = "w"
	Project       Entity = "p"
	Signal        Entity = "s"
	AdminTag      Entity = "at"
	ExecutionTag  Entity = "et"
)

// prefixes are the words in front of a field that make it a field of another kind of row.
var prefixes = map[string]Entity{
	"task": Task, "workflow": Workflow, "launch_plan": LaunchPlan, "execution": Execution, "node_execution": NodeExecution,
	"task_execution": TaskExecution, "project": Project, "signal": Signal, "admin_tag": AdminTag,
	"execution_tag": ExecutionTag,
}

// joins are the kinds of rows that the filters of a list may name.
var joins = map[Entity][]Entity{
	Execution:     {Execution, LaunchPlan, Workflow, Task, AdminTag, ExecutionTag},
	LaunchPlan:    {LaunchPlan, Workflow},
	NodeExecution: {NodeExecution, Execution},
	TaskExecution: {TaskExecution, Task, Execution, NodeExecution},
	Task:          {Task},
	Workflow:      {Workflow},
	Project:       {Project},
	Signal:        {Signal},
}

var (
	base         = []string{"id", "created_at", "updated_at", "deleted_at"}
	entityID     = []string{"project", "domain", "name", "version"}
	executionID  = []string{"execution_project", "execution_domain", "execution_name"}
	ended        = []string{"phase", "closure", "started_at", "duration"}
	failure      = []string{"error_kind", "error_code"}
	nodeTimes    = []string{"node_execution_created_at", "node_execution_updated_at"}
	taskTimes    = []string{"task_execution_created_at", "task_execution_updated_at"}
	ownExecution = []string{
		"launch_plan_id", "workflow_id", "task_id", "spec", "execution_created_at", "execution_updated_at", "abort_cause",
		"mode", "source_execution_id", "parent_node_execution_id", "cluster", "inputs_uri", "user_inputs_uri", "user",
		"state", "launch_entity",
	}
)

// columns are the names that filters and sort keys of a kind of row can have: those of flyteadmin's database.
var columns = map[Entity][]string{
	Execution: slices.Concat(base, executionID, ended, failure, ownExecution),
	NodeExecution: slices.Concat(base, executionID, ended, failure, nodeTimes, []string{
		"node_id", "input_uri", "node_execution_metadata", "parent_id", "parent_task_execution_id", "cache_status",
		"dynamic_workflow_remote_closure_reference", "internal_data",
	}),
	TaskExecution: slices.Concat(base, entityID, executionID, ended, taskTimes, []string{
		"node_id", "retry_attempt", "phase_version", "input_uri",
	}),
	LaunchPlan: slices.Concat(base, entityID, []string{
		"spec", "workflow_id", "closure", "state", "digest", "schedule_type", "launch_condition_type",
	}),
	Task: slices.Concat(base, entityID, []string{"closure", "digest", "type", "short_description"}),
	Workflow: slices.Concat(base, entityID, []string{"typed_interface", "remote_closure_identifier", "digest",
		"short_description"}),
	Project:      slices.Concat(base, []string{"identifier", "name", "description", "labels", "state"}),
	Signal:       slices.Concat(base, executionID, []string{"signal_id", "type", "value"}),
	AdminTag:     slices.Concat(base, []string{"name"}),
	ExecutionTag: slices.Concat(base, executionID, []string{"key", "value"}),
}
