package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"flyte1cluster/proxy"
)

// between is the command `proxy`.
func between(args []string) error {
	var o proxy.Options
	var ready string
	f := flag.NewFlagSet("proxy", flag.ContinueOnError)
	f.StringVar(&o.Listen, "listen", "127.0.0.1:0", "HOST:PORT of the proxy; port 0 chooses one")
	f.StringVar(&o.Target, "admin", "", "HOST:PORT of the cluster")
	f.StringVar(&ready, "ready-file", "", "a file that gets the address when the proxy is ready")
	f.Float64Var(&o.Refused, "refused", 0, "the share of calls that the cluster never gets, from 0 to 1")
	f.Float64Var(&o.Lost, "lost", 0, "the share of calls that are carried out and not answered")
	f.Float64Var(&o.Delayed, "delayed", 0, "the share of calls that arrive late")
	f.DurationVar(&o.Delay, "delay", 200*time.Millisecond, "how late they arrive at most")
	f.Uint64Var(&o.Seed, "seed", 1, "decides which calls these are")
	if err := f.Parse(args); err != nil {
		return err
	}
	if o.Target == "" {
		return errors.New("where is the cluster? Write --admin HOST:PORT")
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	p, err := proxy.Start(o)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := announce(ready, p.Address()); err != nil {
		return err
	}
	fmt.Printf("ready: proxy at %s\n", p.Address())
	<-ctx.Done()
	return nil
}

// announce writes an address to a file, if there is one to write to.
func announce(path, address string) error {
	if path == "" {
		return nil
	}
	// A rename, so that nobody reads a part of the address.
	if err := os.WriteFile(path+".new", []byte(address), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
