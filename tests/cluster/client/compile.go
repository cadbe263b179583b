package client

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/grpc/status"

	"flyte1cluster/admin"
	"flyte1cluster/engine"
)

// verdict is what the cluster says about a file, as a line of JSON; the error is empty if it takes the file.
type verdict struct {
	File  string `json:"file"`
	Error string `json:"error"`
}

// Compile is the command `compile`: it registers files in a cluster without an engine.
func Compile(args []string) error {
	flags := flag.NewFlagSet("compile", flag.ContinueOnError)
	project := flags.String("project", "flytesnacks", "the project of entities that name none")
	domain := flags.String("domain", "development", "the domain of entities that name none")
	version := flags.String("version", "v1", "the version of entities that name none")
	dir := flags.String("dir", "", "a folder of files, besides those that are named")
	asJSON := flags.Bool("json", false, "prints a line of JSON for each file, and ends well whatever the cluster says")
	if err := flags.Parse(args); err != nil {
		return err
	}
	files := flags.Args()
	if *dir != "" {
		more, err := filepath.Glob(filepath.Join(*dir, "*.pb"))
		if err != nil {
			return err
		}
		files = append(files, more...)
	}
	entities, err := readEntities(files, *project, *domain, *version)
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "flyte1cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	services, err := admin.Listen(admin.Options{Listen: "127.0.0.1:0", DataDir: data,
		RawOutputPrefix: engine.RawOutputPrefix(data)})
	if err != nil {
		return err
	}
	defer services.Close()
	client, err := dial(services.Address(), "", "")
	if err != nil {
		return err
	}
	failed := 0
	lines := json.NewEncoder(os.Stdout)
	for _, e := range entities {
		err := register(context.Background(), client.admin, e)
		if *asJSON {
			line := verdict{File: e.file}
			if err != nil {
				line.Error = status.Convert(err).Message()
			}
			if err := lines.Encode(line); err != nil {
				return err
			}
			continue
		}
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
