package client

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	idl "github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

// printLiterals shows literals, one a line.
func printLiterals(m *core.LiteralMap) error {
	var names []string
	for name := range m.GetLiterals() {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		var value any
		text, err := protojson.Marshal(m.GetLiterals()[name])
		if err != nil {
			return err
		}
		if value, err = coreutils.ExtractFromLiteral(m.GetLiterals()[name]); err != nil {
			fmt.Printf("%s = %s\n", name, text)
			continue
		}
		plain, err := json.Marshal(value)
		if err != nil {
			plain = text
		}
		fmt.Printf("%s = %s\n", name, plain)
	}
	return nil
}

// printNodes shows the nodes of an execution below one, with their attempts.
func printNodes(ctx context.Context, c clients, id *core.WorkflowExecutionIdentifier, parent, indent string) {
	list, err := c.admin.ListNodeExecutions(ctx, &idl.NodeExecutionListRequest{
		WorkflowExecutionId: id, UniqueParentId: parent, Limit: 10000, SortBy: oldest("created_at"),
	})
	if err != nil {
		fmt.Printf("%s%v\n", indent, err)
		return
	}
	for _, n := range list.GetNodeExecutions() {
		fmt.Printf("%s%s %s", indent, n.GetId().GetNodeId(), n.GetClosure().GetPhase())
		if e := n.GetClosure().GetError(); e != nil {
			fmt.Printf(" [%s] %s", e.GetCode(), strings.TrimSpace(e.GetMessage()))
		}
		if deck := n.GetClosure().GetDeckUri(); deck != "" {
			fmt.Printf(" deck %s", deck)
		}
		if t := n.GetClosure().GetTaskNodeMetadata(); t.GetCacheStatus() != core.CatalogCacheStatus_CACHE_DISABLED {
			fmt.Printf(" %s", t.GetCacheStatus())
		}
		fmt.Println()
		tasks, _ := c.admin.ListTaskExecutions(ctx, &idl.TaskExecutionListRequest{
			NodeExecutionId: n.GetId(), Limit: 10000, SortBy: oldest("retry_attempt"),
		})
		for _, t := range tasks.GetTaskExecutions() {
			fmt.Printf("%s  attempt %d %s", indent, t.GetId().GetRetryAttempt(), t.GetClosure().GetPhase())
			for _, l := range t.GetClosure().GetLogs() {
				fmt.Printf(" %s", l.GetUri())
			}
			if e := t.GetClosure().GetError(); e != nil {
				fmt.Printf(" [%s %s] %s", e.GetKind(), e.GetCode(), strings.TrimSpace(e.GetMessage()))
			}
			fmt.Println()
		}
		printNodes(ctx, c, id, n.GetId().GetNodeId(), indent+"  ")
	}
}

func oldest(key string) *idl.Sort { return &idl.Sort{Key: key, Direction: idl.Sort_ASCENDING} }
