package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

// runStaff keeps the people who may sign in, from the machine itself: how the
// first administrator comes to be (T31), and the way back in when all are locked
// out. What it does stands in the audit log under the desk's own name.
func runStaff(ctx context.Context, std stdio, args []string) error {
	return runDeed(ctx, std, "staff", []deed{
		{"add", "-email … -name … -role … [-password-file … | -generate]", "add a person; the password is the first line of standard input unless told", staffAdd},
		{"disable", "-email …", "take a person's access away, at once and everywhere", staffDisable},
		{"list", "", "who may sign in, as what, and when they last did", staffList},
	}, args)
}

func staffAdd(ctx context.Context, std stdio, args []string) error {
	f := flags("staff add", std)
	email := f.String("email", "", "their e-mail address; what they sign in with")
	name := f.String("name", "", "their name, as the audit log and Didit show it")
	role := f.String("role", "", "admin, compliance, support, finance or auditor")
	file := f.String("password-file", "", "a file whose first line is the password")
	generate := f.Bool("generate", false, "make a password and print it, once")
	if err := parse(f, args); err != nil {
		return err
	}
	if *email == "" || *name == "" || !kyc.Role(*role).Valid() {
		return usagef("-email, -name and -role (admin, compliance, support, finance or auditor) are needed")
	}
	if *generate && *file != "" {
		return usagef("-generate and -password-file do not go together")
	}
	a, done, err := openAuth(ctx, std)
	if err != nil {
		return err
	}
	defer done()
	password, err := choosePassword(std, *file, *generate)
	if err != nil {
		return err
	}
	id, err := a.AddStaff(ctx, kyc.System(), auth.NewStaff{Email: *email, Name: *name, Role: kyc.Role(*role), Password: password})
	if err != nil {
		return plainly(err)
	}
	fmt.Fprintf(std.out, "Added %s <%s> as %s (number %d).\n", *name, *email, kyc.Role(*role).Label(), id)
	if *generate {
		fmt.Fprintf(std.out, "Password: %s\n", password)
	}
	return nil
}

func choosePassword(std stdio, file string, generate bool) (string, error) {
	if generate {
		return rand.Text(), nil
	}
	if file != "" {
		in, err := os.Open(file)
		if err != nil {
			return "", usageError{err}
		}
		defer in.Close()
		return firstLine(in)
	}
	if isTerminal(std.in) {
		fmt.Fprint(std.err, "Password (it shows as you type; -generate makes one): ")
	}
	return firstLine(std.in)
}

// maxLine bounds what is read of a password, in bytes.
const maxLine = 4096

// firstLine reads one line without its end, and no more than that matters.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" {
		return "", usagef("the password is empty")
	}
	return line, nil
}

func isTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func staffDisable(ctx context.Context, std stdio, args []string) error {
	f := flags("staff disable", std)
	email := f.String("email", "", "whose access to take away")
	if err := parse(f, args); err != nil {
		return err
	}
	if *email == "" {
		return usagef("-email is needed")
	}
	a, done, err := openAuth(ctx, std)
	if err != nil {
		return err
	}
	defer done()
	list, err := a.ListStaff(ctx)
	if err != nil {
		return plainly(err)
	}
	for _, s := range list {
		if !strings.EqualFold(s.Email, strings.TrimSpace(*email)) {
			continue
		}
		if !s.Active() {
			fmt.Fprintf(std.out, "%s had no access since %s.\n", s.Email, s.DisabledAt.UTC().Format(time.RFC3339))
			return nil
		}
		if err := a.DisableStaff(ctx, kyc.System(), s.ID); err != nil {
			return plainly(err)
		}
		fmt.Fprintf(std.out, "%s can no longer sign in; every sign-in has ended.\n", s.Email)
		return nil
	}
	return fmt.Errorf("nobody on the staff has the address %s", *email)
}

func staffList(ctx context.Context, std stdio, args []string) error {
	if err := parse(flags("staff list", std), args); err != nil {
		return err
	}
	r, err := openRecords(ctx, std)
	if err != nil {
		return err
	}
	defer r.store.Close()
	list, err := r.store.StaffList(ctx)
	if err != nil {
		return plainly(err)
	}
	last, err := r.store.LastSignIns(ctx)
	if err != nil {
		return plainly(err)
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tE-MAIL\tNAME\tROLE\tACCESS\tLAST SIGN-IN")
	for _, s := range list {
		access, seen := "active", "never"
		if !s.Active() {
			access = "none since " + s.DisabledAt.UTC().Format(time.DateOnly)
		}
		if at := last[s.ID]; !at.IsZero() {
			seen = at.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Email, s.Name, s.Role, access, seen)
	}
	return w.Flush()
}

func openAuth(ctx context.Context, std stdio) (*auth.Auth, func(), error) {
	r, err := openRecords(ctx, std)
	if err != nil {
		return nil, nil, err
	}
	a, err := auth.New(auth.Deps{Store: r.store, Sealer: r.sealer, Now: time.Now, Secure: true})
	if err != nil {
		r.store.Close()
		return nil, nil, err
	}
	return a, r.store.Close, nil
}

// plainly says an error as people read it: the sentence and each field's fault.
// The rest of what it knows is for a log, and a command has none.
func plainly(err error) error {
	var e *kyc.Error
	if !errors.As(err, &e) || e.Message == "" && len(e.Fields) == 0 {
		return err
	}
	lines := []error{}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		lines = append(lines, fmt.Errorf("%s: %s", name, e.Fields[name]))
	}
	if len(lines) == 0 {
		return errors.New(cmp.Or(e.Message, err.Error()))
	}
	return errors.Join(lines...)
}
