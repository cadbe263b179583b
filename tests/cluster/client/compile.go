package client

import (
	"context"
	"flag"
	"fmt"
	"os"

	"google.golang.org/grpc/status"

	"flyte1cluster/admin"
	"flyte1cluster/engine"
)

// Compile is the command `compile`: it registers files in a cluster without an engine.
func Compile(args []string) error {
	flags := flag.NewFlagSet("compile", flag.ContinueOnError)
	project := flags.String("project", "flytesnacks", "the project of entities that name none")
	domain := flags.String("domain", "development", "the domain of entities that name none")
	version := flags.String("version", "v1", "the version of entities that name none")
	if err := flags.Parse(args); err != nil {
		return err
	}
	entities, err := readEntities(flags.Args(), *project, *domain, *version)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "flyte1cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	services, err := admin.Listen(admin.Options{Listen: "127.0.0.1:0", DataDir: dir,
		RawOutputPrefix: engine.RawOutputPrefix(dir)})
	if err != nil {
		return err
	}
	defer services.Close()
	client, err := dial(services.Address(), "", "")
	if err != nil {
		return err
	}
	failed := 0
	for _, e := range entities {
		err := register(context.Background(), client.admin, e)
		if err != nil {
			failed++
			fmt.Printf("FAILED  %s: %s\n", e.file, status.Convert(err).Message())
		} else {
			fmt.Printf("ok      %s\n", e.file)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d do not compile", failed, len(entities))
	}
	return nil
}
