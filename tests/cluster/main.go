// Command flyte1cluster is a Flyte 1 cluster in one process, without Kubernetes, for tests.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"flyte1cluster/client"
)

func main() {
	command, args := "serve", os.Args[1:]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	var err error
	switch command {
	case "serve":
		err = serve(args)
	case "compile":
		err = client.Compile(args)
	case "run":
		err = client.Run(args)
	case "proxy":
		err = between(args)
	default:
		err = fmt.Errorf("no such command: %s; there are serve, compile, run and proxy", command)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "flyte1cluster:", err)
		os.Exit(1)
	}
}
