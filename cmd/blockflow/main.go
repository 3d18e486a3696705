// Command blockflow runs, checks and serves flows.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"blockflow/blocks"
)

// Exit codes.
const (
	exitFailed = 1 // the flow failed
	exitUsage  = 2 // bad usage or a bad file
)

// An exit ends the program with a code. Its message, if any, goes to stderr.
type exit struct {
	code    int
	message string
}

func (e *exit) Error() string { return e.message }

// unusable says what is wrong with what was given.
func unusable(format string, args ...any) error {
	return &exit{exitUsage, fmt.Sprintf(format, args...)}
}

func main() {
	if os.Getenv(blocks.ScriptWorker) != "" { // this is the process of one piece of custom code
		if err := blocks.ServeScript(os.Stdin, os.Stdout); err != nil {
			os.Exit(exitFailed)
		}
		return
	}
	tuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	os.Exit(finish(err))
}

// finish tells what went wrong and returns the exit code. What isn't an exit is
// cobra's word on bad usage.
func finish(err error) int {
	if err == nil {
		return 0
	}
	e := &exit{exitUsage, err.Error()}
	errors.As(err, &e)
	if e.message != "" {
		fmt.Fprintln(os.Stderr, "blockflow: "+e.message)
	}
	return e.code
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "blockflow",
		Short: "Visual logic that anyone can compose and engineers can trust",
		Example: `  blockflow run examples/update-user.json
  blockflow validate examples/*.json
  blockflow serve`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(runCommand(), testCommand(), validateCommand(), serveCommand(), tokenCommand(), blocksCommand(), importCommand())
	root.AddCommand(pullCommand(), pushCommand(), diffCommand())
	root.AddCommand(secretCommand(), keyCommand(), backupCommand(), restoreCommand(), doctorCommand())
	root.AddCommand(usersCommand())
	return root
}
