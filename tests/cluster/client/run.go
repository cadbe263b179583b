package client

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

// Run is the command `run`: it registers a folder, starts an execution and prints how it ends.
func Run(args []string) error {
	var inputs, answers List
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	address := flags.String("admin", "", "HOST:PORT of the cluster")
	dir := flags.String("dir", "", "a folder of files to register first; none if empty")
	plan := flags.String("workflow", "", "the launch plan to start; nothing is started if empty")
	task := flags.String("task", "", "the task to start instead")
	flags.Var(&inputs, "input", "NAME=VALUE, the value as JSON or a text; can be repeated")
	flags.Var(&answers, "answer", "NAME=VALUE for a gate that waits; can be repeated")
	project := flags.String("project", "flytesnacks", "the project")
	domain := flags.String("domain", "development", "the domain")
	version := flags.String("version", "v1", "the version")
	name := flags.String("name", "", "the name of the execution")
	clientID := flags.String("client-id", "", "the ID to get a token with, where the cluster asks for one")
	clientSecret := flags.String("client-secret", "", "the secret to get a token with")
	limit := flags.Duration("timeout", time.Minute, "how long to wait")
	abort := flags.Duration("abort-after", 0, "aborts the execution after this time")
	recovered := flags.String("recover", "", "the execution to recover, instead of starting one")
	nodes := flags.Bool("nodes", false, "prints all nodes and attempts, too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := dial(*address, *clientID, *clientSecret)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	if *dir != "" {
		files, err := filepath.Glob(filepath.Join(*dir, "*.pb"))
		if err != nil {
			return err
		}
		entities, err := readEntities(files, *project, *domain, *version)
		if err != nil {
			return err
		}
		_, err = c.admin.RegisterProject(ctx, &idl.ProjectRegisterRequest{Project: &idl.Project{Id: *project,
			Name: *project}})
		if err != nil && status.Code(err) != codes.AlreadyExists {
			return err
		}
		for _, e := range entities {
			if err := register(ctx, c.admin, e); err != nil {
				return fmt.Errorf("%s: %s", e.file, status.Convert(err).Message())
			}
		}
	}
	if *recovered != "" {
		created, err := c.admin.RecoverExecution(ctx, &idl.ExecutionRecoverRequest{
			Id: &core.WorkflowExecutionIdentifier{Project: *project, Domain: *domain, Name: *recovered}, Name: *name,
		})
		if err != nil {
			return err
		}
		return watch(ctx, c, created.GetId(), answers, *nodes)
	}
	target := &core.Identifier{
		ResourceType: core.ResourceType_LAUNCH_PLAN, Project: *project, Domain: *domain, Name: *plan, Version: *version,
	}
	if *task != "" {
		target.ResourceType, target.Name = core.ResourceType_TASK, *task
	}
	if target.GetName() == "" {
		return nil
	}
	types, err := inputTypes(ctx, c.admin, target)
	if err != nil {
		return err
	}
	literals, err := literalMap(inputs, types)
	if err != nil {
		return err
	}
	created, err := c.admin.CreateExecution(ctx, &idl.ExecutionCreateRequest{
		Project: *project, Domain: *domain, Name: *name, Inputs: literals, Spec: &idl.ExecutionSpec{LaunchPlan: target},
	})
	if err != nil {
		return err
	}
	if *abort > 0 {
		time.Sleep(*abort)
		_, err := c.admin.TerminateExecution(ctx, &idl.ExecutionTerminateRequest{Id: created.GetId(), Cause: "asked to"})
		if err != nil {
			return err
		}
	}
	return watch(ctx, c, created.GetId(), answers, *nodes)
}

// watch waits for an execution, answers its gates, and prints its outputs.
func watch(ctx context.Context, c clients, id *core.WorkflowExecutionIdentifier, answers []string, nodes bool) error {
	start := time.Now()
	given := map[string]string{}
	for _, pair := range answers {
		name, value, _ := strings.Cut(pair, "=")
		given[name] = value
	}
	for {
		e, err := c.admin.GetExecution(ctx, &idl.WorkflowExecutionGetRequest{Id: id})
		if err != nil {
			if nodes {
				printNodes(context.Background(), c, id, "", "  ")
			}
			return fmt.Errorf("execution %s: %w", id.GetName(), err)
		}
		switch phase := e.GetClosure().GetPhase(); phase {
		case core.WorkflowExecution_SUCCEEDED, core.WorkflowExecution_FAILED, core.WorkflowExecution_ABORTED,
			core.WorkflowExecution_TIMED_OUT:
			fmt.Printf("%s %s in %s\n", id.GetName(), phase, time.Since(start).Round(10*time.Millisecond))
			if nodes {
				printNodes(ctx, c, id, "", "  ")
			}
			if phase != core.WorkflowExecution_SUCCEEDED {
				if cause := e.GetClosure().GetAbortMetadata().GetCause(); cause != "" {
					return fmt.Errorf("aborted: %s", cause)
				}
				return fmt.Errorf("%s: %s", e.GetClosure().GetError().GetCode(), e.GetClosure().GetError().GetMessage())
			}
			data, err := c.admin.GetExecutionData(ctx, &idl.WorkflowExecutionGetDataRequest{Id: id})
			if err != nil {
				return err
			}
			return printLiterals(data.GetFullOutputs())
		}
		signals, err := c.signals.ListSignals(ctx, &idl.SignalListRequest{WorkflowExecutionId: id, Limit: 100})
		if err != nil {
			return err
		}
		for _, s := range signals.GetSignals() {
			text, ok := given[s.GetId().GetSignalId()]
			if s.GetValue() != nil || !ok {
				continue
			}
			l, err := literal(text, s.GetType())
			if err == nil {
				_, err = c.signals.SetSignal(ctx, &idl.SignalSetRequest{Id: s.GetId(), Value: l})
			}
			if err != nil {
				return err
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}
