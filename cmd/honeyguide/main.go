// Command honeyguide answers customers from a shop's approved knowledge, and
// hands them to a human where it cannot: the server, and the tools of those who
// write and measure the knowledge.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if message := messageOf(err); message != "" {
		fmt.Fprintln(os.Stderr, "honeyguide:", message)
	}
	os.Exit(exitCode(err))
}
