// Command web is Didit Desk: the demo, the server, the emulator and the tools
// around them, in one binary. Run it with -h for the list.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // people choose their zone; a container image has no zone files

	"diditdesk/internal/devdb"
)

// The exit codes. A wrong call is told apart from a failure so that scripts can.
const (
	exitOK    = 0
	exitFail  = 1
	exitUsage = 2
)

// command is one word after "web".
type command struct {
	name, args, what string
	run              func(ctx context.Context, std stdio, args []string) error
}

// stdio is where a command reads and writes, so that tests can stand in.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	env      []string
}

func commands() []command {
	return []command{
		{"demo", "[-addr …] [-data .data] [-sessions 400]", "everything at once: private Postgres, emulator, desk", runDemo},
		{"serve", "", "the desk alone, set up from the environment", runServe},
		{"sandbox", "[-addr …] [-key …] [-api both|current|first]", "the emulator of Didit's API alone", runSandbox},
		{"migrate", "[up|status]", "bring the database to this version's tables", runMigrate},
		{"staff", "add|disable|list", "the people who may sign in", runStaff},
		{"audit", "verify|export", "check or write out the audit log", runAudit},
		{"health", "[-url …]", "exit 0 when the desk answers; for container health checks", runHealth},
	}
}

func main() {
	devdb.MaybeSupervise() // before anything else: the demo's Postgres is watched by this same binary
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ()}, os.Args[1:]))
}

// run finds the command and turns its error into words and an exit code.
func run(ctx context.Context, std stdio, args []string) int {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		usage(std.out)
		return exitOK
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, std, args[1:])
		var wrong usageError
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitOK
		case errors.As(err, &wrong):
			fmt.Fprintf(std.err, "web %s: %v\nRun \"web %s -h\" for its options.\n", c.name, err, c.name)
			return exitUsage
		default:
			fmt.Fprintf(std.err, "web %s: %v\n", c.name, err)
			return exitFail
		}
	}
	fmt.Fprintf(std.err, "web: there is no command %q\n\n", args[0])
	usage(std.err)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Didit Desk, the back office for verified people.\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  web %-8s %s\n               %s\n", c.name, c.args, c.what)
	}
	fmt.Fprint(w, "\nEach takes -h. Exit codes: 0 done, 1 failed, 2 wrong call.\n")
}

// usageError is a wrong call, as opposed to a failure.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// flags makes a flag set that reports instead of exiting.
func flags(name string, std stdio) *flag.FlagSet {
	f := flag.NewFlagSet("web "+name, flag.ContinueOnError)
	f.SetOutput(std.err)
	return f
}

// parse reads the flags and refuses words that are left over.
func parse(f *flag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if f.NArg() > 0 {
		return usagef("%q is more than it takes", f.Arg(0))
	}
	return nil
}
