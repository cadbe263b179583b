package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"

	"flyte1cluster/journal"
)

// kind says what a row is.
type kind string

const (
	projectRow   kind = "project"
	taskRow      kind = "task"
	workflowRow  kind = "workflow"
	planRow      kind = "launch plan"
	executionRow kind = "execution"
	nodeRow      kind = "node execution"
	attemptRow   kind = "task execution"
	signalRow    kind = "signal"
)

// record is a row as the journal has it. A later one of the same thing takes the place of an earlier one.
type record struct {
	Kind    kind      `json:"kind"`
	ID      int64     `json:"id"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	Message []byte    `json:"message"`
	// Withdrawn is an execution that the engine has not taken.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Inputs and Given are an execution's.
	Inputs string `json:"inputs,omitempty"`
	Given  string `json:"given,omitempty"`
	// Parent and Dynamic are a node's.
	Parent  string `json:"parent,omitempty"`
	Dynamic []byte `json:"dynamic,omitempty"`
}

func newRecord(k kind, t stamp, message proto.Message) record {
	return record{Kind: k, ID: t.id, Created: t.created, Updated: t.updated, Message: marshalled(message)}
}

func (r record) stamp() stamp { return stamp{r.ID, r.Created, r.Updated} }

func marshalled(m proto.Message) []byte {
	data, err := proto.Marshal(m)
	if err != nil {
		log.Fatalf("a row of the registry cannot be written: %v", err)
	}
	return data
}

// keep writes a row before the answer that follows from it. A registry that forgets is worse than none, so the process
// ends if it cannot.
func (s *Server) keep(r record) {
	if err := s.journal.Append(r); err != nil {
		log.Fatalf("a row of the registry cannot be written: %v", err)
	}
}

func (s *Server) keepProject(p *project) { s.keep(newRecord(projectRow, p.stamp, p.info)) }

func (s *Server) keepPlan(e *entity[*admin.LaunchPlan]) { s.keep(newRecord(planRow, e.stamp, e.what)) }

func (s *Server) keepExecution(e *execution) {
	r := newRecord(executionRow, e.stamp, e.info)
	r.Inputs, r.Given = e.inputs, e.given
	s.keep(r)
}

// withdraw forgets an execution.
func (s *Server) withdraw(e *execution) {
	delete(s.executions, executionKey(e.info.GetId()))
	r := newRecord(executionRow, e.stamp, e.info)
	r.Withdrawn = true
	s.keep(r)
}

func (s *Server) keepNode(n *node) {
	r := newRecord(nodeRow, n.stamp, n.NodeExecution)
	r.Parent = n.parent
	if n.dynamic != nil {
		r.Dynamic = marshalled(n.dynamic)
	}
	s.keep(r)
}

func (s *Server) keepAttempt(t *attempt) { s.keep(newRecord(attemptRow, t.stamp, t.TaskExecution)) }

func (s *Server) keepSignal(g *signal) { s.keep(newRecord(signalRow, g.stamp, g.info)) }

// restore reads what an earlier process with the same data has kept.
func (s *Server) restore() error {
	path := filepath.Join(s.opts.DataDir, "registry", "rows")
	kept, err := journal.Open(path, func(line []byte) error {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := s.put(r); err != nil {
			return fmt.Errorf("%s: a %s: %w", path, r.Kind, err)
		}
		s.rows = max(s.rows, r.ID)
		return nil
	})
	s.journal = kept
	return err
}

func (s *Server) put(r record) error {
	switch r.Kind {
	case projectRow:
		info := &admin.Project{}
		err := proto.Unmarshal(r.Message, info)
		s.projects[info.GetId()] = &project{r.stamp(), info}
		return err
	case taskRow:
		what := &admin.Task{}
		err := proto.Unmarshal(r.Message, what)
		s.tasks.put(what.GetId(), r.stamp(), what)
		return err
	case workflowRow:
		what := &admin.Workflow{}
		err := proto.Unmarshal(r.Message, what)
		s.workflows.put(what.GetId(), r.stamp(), &workflow{what})
		return err
	case planRow:
		what := &admin.LaunchPlan{}
		err := proto.Unmarshal(r.Message, what)
		s.plans.put(what.GetId(), r.stamp(), what)
		return err
	case executionRow:
		return s.putExecution(r)
	case nodeRow:
		return s.putNode(r)
	case attemptRow:
		what := &admin.TaskExecution{}
		if err := proto.Unmarshal(r.Message, what); err != nil {
			return err
		}
		n, err := s.node(what.GetId().GetNodeExecutionId())
		if err != nil {
			return err
		}
		n.tasks[attemptKey(what.GetId())] = &attempt{r.stamp(), what}
		return nil
	case signalRow:
		info := &admin.Signal{}
		err := proto.Unmarshal(r.Message, info)
		s.signals[signalKey(info.GetId())] = &signal{r.stamp(), info}
		return err
	}
	return fmt.Errorf("its kind is unknown")
}

func (s *Server) putExecution(r record) error {
	info := &admin.Execution{}
	if err := proto.Unmarshal(r.Message, info); err != nil {
		return err
	}
	id := executionKey(info.GetId())
	if r.Withdrawn {
		delete(s.executions, id)
		return nil
	}
	e, ok := s.executions[id]
	if !ok {
		e = &execution{nodes: map[string]*node{}}
		s.executions[id] = e
	}
	e.stamp, e.info, e.inputs, e.given = r.stamp(), info, r.Inputs, r.Given
	return nil
}

func (s *Server) putNode(r record) error {
	info := &admin.NodeExecution{}
	if err := proto.Unmarshal(r.Message, info); err != nil {
		return err
	}
	e, err := s.find(info.GetId().GetExecutionId())
	if err != nil {
		return err
	}
	n, ok := e.nodes[info.GetId().GetNodeId()]
	if !ok {
		n = &node{tasks: map[string]*attempt{}}
		e.nodes[info.GetId().GetNodeId()] = n
	}
	n.stamp, n.NodeExecution, n.parent, n.dynamic = r.stamp(), info, r.Parent, nil
	if r.Dynamic != nil {
		n.dynamic = &admin.DynamicWorkflowNodeMetadata{}
		return proto.Unmarshal(r.Dynamic, n.dynamic)
	}
	return nil
}

// resume hands the engine what an earlier process has promised to run and was killed before the engine had it.
func (s *Server) resume(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.executions {
		namespace := e.info.GetSpec().GetMetadata().GetSystemMetadata().GetNamespace()
		if e.info.GetClosure().GetPhase() != core.WorkflowExecution_UNDEFINED ||
			s.engine.Has(ctx, namespace, e.info.GetId().GetName()) {
			continue
		}
		_, closure, err := s.target(e.info.GetSpec().GetLaunchPlan())
		if err != nil {
			return err
		}
		inputs, err := s.files.Read(e.inputs)
		if err != nil {
			return err
		}
		if err := s.begin(ctx, e, closure, inputs); err != nil {
			return err
		}
	}
	return nil
}
