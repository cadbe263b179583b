package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"flyte1cluster/admin"
	"flyte1cluster/client"
	"flyte1cluster/engine"
)

// settings are the flags of the command `serve`.
type settings struct {
	admin                  admin.Options
	engine                 engine.Options
	ready                  string
	limit                  time.Duration
	cache, links           bool
	binaries, env, secrets client.List
	most, usual            client.List
}

func (s *settings) flags() *flag.FlagSet {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&s.admin.Listen, "listen", "127.0.0.1:0", "HOST:PORT of the gRPC services; port 0 chooses one")
	f.StringVar(&s.admin.DataDir, "data", "", "the directory for all data; a new one below TMPDIR if not given")
	f.Var(&s.binaries, "binary",
		"[IMAGE=]PATH of the program for containers whose command is not an absolute path; can be repeated")
	f.Var(&s.env, "env", "NAME=VALUE for every task; can be repeated")
	f.Var(&s.secrets, "secret", "GROUP/KEY=VALUE of a secret; can be repeated")
	f.StringVar(&s.ready, "ready-file", "", "a file that gets the address when the cluster is ready")
	f.DurationVar(&s.limit, "run-timeout", 0, "how long to serve; 0 stands for until it is killed")
	f.IntVar(&s.engine.Workers, "workers", 4, "how many workflows are evaluated at once")
	f.IntVar(&s.engine.Pods.Max, "max-pods", 8, "how many pods run at once")
	f.StringVar(&s.admin.ClientID, "client-id", "", "turns authentication on: the ID of the only client")
	f.StringVar(&s.admin.ClientSecret, "client-secret", "", "the secret of the client")
	f.DurationVar(&s.admin.TokenLifetime, "token-lifetime", time.Hour, "how long a token is valid")
	f.IntVar(&s.engine.LogLevel, "log-level", 2, "the engine's log, from 0 (panics) to 5 (debug); -1 for none")
	f.BoolVar(&s.cache, "cache", true, "whether there is a catalog that keeps results of tasks")
	f.BoolVar(&s.links, "links", true, "whether the store signs links, without which nothing can be uploaded")
	f.IntVar(&s.admin.MaxNodes, "max-nodes", 100, "the greatest number of nodes of a workflow")
	f.Var(&s.most, "limit", "cpu, memory, gpu or storage=QUANTITY that a task may ask for at most; can be repeated")
	f.Var(&s.usual, "default", "cpu, memory, gpu or storage=QUANTITY that a task gets; can be repeated")
	return f
}

// settle makes options of the flags.
func (s *settings) settle() error {
	var err error
	if s.admin.DataDir == "" {
		if s.admin.DataDir, err = os.MkdirTemp("", "flyte1cluster-"); err != nil {
			return err
		}
	}
	if s.admin.DataDir, err = filepath.Abs(s.admin.DataDir); err != nil {
		return err
	}
	if s.admin.Resources.Limits, err = amounts(s.most); err != nil {
		return err
	}
	if s.admin.Resources.Defaults, err = amounts(s.usual); err != nil {
		return err
	}
	s.admin.LinksOff = !s.links
	s.admin.RawOutputPrefix = engine.RawOutputPrefix(s.admin.DataDir)
	e := &s.engine
	e.DataDir, e.ClientID, e.ClientSecret = s.admin.DataDir, s.admin.ClientID, s.admin.ClientSecret
	e.Pods.Env, e.Pods.Binaries, e.Pods.Secrets = s.env, map[string]string{}, map[string]string{}
	for _, pair := range s.secrets {
		name, value, _ := strings.Cut(pair, "=")
		e.Pods.Secrets[name] = value
	}
	for _, binary := range s.binaries {
		image, path, ok := strings.Cut(binary, "=")
		if !ok {
			image, path = "", binary
		}
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
		if image == "" {
			e.Pods.Binary = path
		} else {
			e.Pods.Binaries[image] = path
		}
	}
	return nil
}

func amounts(list client.List) (admin.Amounts, error) {
	var all admin.Amounts
	for _, pair := range list {
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "cpu":
			all.CPU = value
		case "memory":
			all.Memory = value
		case "gpu":
			all.GPU = value
		case "storage":
			all.Storage = value
		default:
			return all, fmt.Errorf("%s is not cpu, memory, gpu or storage=QUANTITY", pair)
		}
	}
	return all, all.Check()
}

// serve is the command `serve`.
func serve(args []string) error {
	var s settings
	if err := s.flags().Parse(args); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if s.limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.limit)
		defer cancel()
	}
	services, err := admin.Listen(s.admin)
	if err != nil {
		return err
	}
	defer services.Close()
	s.engine.AdminEndpoint = services.Address()
	if s.cache {
		s.engine.CatalogEndpoint = services.Address()
	}
	e, err := engine.Start(context.WithoutCancel(ctx), s.engine)
	if err != nil {
		return err
	}
	if err := services.SetEngine(ctx, e); err != nil {
		return err
	}
	if err := announce(s.ready, services.Address()); err != nil {
		return err
	}
	fmt.Printf("ready: admin at %s, data in %s\n", services.Address(), s.admin.DataDir)
	<-ctx.Done()
	stopped := make(chan error, 1)
	go func() { stopped <- e.Stop() }()
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
	}
	return nil
}
