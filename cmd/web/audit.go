package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/config"
	"diditdesk/internal/kyc"
)

// runAudit checks the audit log, in the database or in a file, and writes it out.
func runAudit(ctx context.Context, std stdio, args []string) error {
	return runDeed(ctx, std, "audit", []deed{
		{"verify", "[-file export.ndjson] [-through old.ndjson] [-key …]", "check every entry; exit 1 and the first bad entry when the log was tampered with", auditVerify},
		{"export", "[-o file]", "write the whole log as NDJSON with a signed head", auditExport},
	}, args)
}

func auditVerify(ctx context.Context, std stdio, args []string) error {
	f := flags("audit verify", std)
	file := f.String("file", "", "check this exported file instead of the database; needs no database")
	through := f.String("through", "", "an older export: the log must still pass through its head, so it was not written anew")
	key := f.String("key", "", "the desk's public key, as an export prints it; without it DESK_SECRET is asked")
	if err := parse(f, args); err != nil {
		return err
	}
	known, err := knownHead(std, *through, *key)
	if err != nil {
		return err
	}
	if *file != "" {
		return verifyFile(std, *file, *key, known)
	}
	return verifyDatabase(ctx, std, known)
}

// knownHead reads the head of an older export, when there is one.
func knownHead(std stdio, path, key string) ([]audit.Head, error) {
	if path == "" {
		return nil, nil
	}
	_, signed, err := readExport(std, path, key)
	if err != nil {
		return nil, err
	}
	return []audit.Head{signed.Head}, nil
}

// readExport checks a whole exported file; a fault in it is an error.
func readExport(std stdio, path, key string, known ...audit.Head) (audit.Report, audit.SignedHead, error) {
	public, err := publicKey(std, key)
	if err != nil {
		return audit.Report{}, audit.SignedHead{}, err
	}
	in, err := os.Open(path)
	if err != nil {
		return audit.Report{}, audit.SignedHead{}, usageError{err}
	}
	defer in.Close()
	report, signed, err := audit.VerifyExport(bufio.NewReaderSize(in, 1<<20), public, known...)
	if err != nil {
		return report, signed, fmt.Errorf("%s: %w", path, err)
	}
	if !report.OK() {
		return report, signed, fmt.Errorf("%s was tampered with: %s", path, report.Fault)
	}
	return report, signed, nil
}

// publicKey takes the key it is given, or derives it from the desk's secret.
func publicKey(std stdio, given string) (ed25519.PublicKey, error) {
	if given != "" {
		raw, err := base64.StdEncoding.DecodeString(given)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, usagef("-key is not a public key in base64")
		}
		return raw, nil
	}
	secret, err := config.LoadKey(std.env)
	if err != nil {
		return nil, usageError{err}
	}
	sealer, err := audit.NewSealer(secret.Bytes())
	if err != nil {
		return nil, err
	}
	return sealer.PublicKey(), nil
}

func verifyFile(std stdio, path, key string, known []audit.Head) error {
	began := time.Now()
	report, signed, err := readExport(std, path, key, known...)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s is whole and was signed by this desk on %s.\n", path, signed.At.UTC().Format(time.RFC3339))
	printReport(std.out, report, time.Since(began))
	return nil
}

func verifyDatabase(ctx context.Context, std stdio, known []audit.Head) error {
	db, err := config.LoadDatabase(std.env)
	if err != nil {
		return usageError{err}
	}
	s, err := openStore(ctx, db)
	if err != nil {
		return err
	}
	defer s.Close()
	began := time.Now()
	var report audit.Report
	err = s.AuditLog(ctx, func(head audit.Head, entries iter.Seq2[audit.Entry, error]) (err error) {
		report, err = audit.Verify(entries, &head, known...)
		return err
	})
	if err != nil {
		return plainly(err)
	}
	if !report.OK() {
		return fmt.Errorf("the log was tampered with: %s (%d entries before it are whole)", report.Fault, report.Entries)
	}
	fmt.Fprintln(std.out, "The log is whole.")
	printReport(std.out, report, time.Since(began))
	return nil
}

func printReport(w io.Writer, report audit.Report, took time.Duration) {
	fmt.Fprintf(w, "%d entries, checked in %s; the last is %d, its hash %s\n",
		report.Entries, took.Round(time.Millisecond), report.Head.Seq, hex.EncodeToString(report.Head.Hash))
}

func auditExport(ctx context.Context, std stdio, args []string) (err error) {
	f := flags("audit export", std)
	path := f.String("o", "", "the file to write; it must not be there yet. Standard output unless told")
	if err := parse(f, args); err != nil {
		return err
	}
	r, err := openRecords(ctx, std)
	if err != nil {
		return err
	}
	defer r.store.Close()
	out := std.out
	if *path != "" {
		file, err := os.OpenFile(*path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return usageError{err}
		}
		defer func() {
			if closing := file.Close(); err == nil {
				err = closing
			}
		}()
		out = file
	}
	report, err := exportLog(ctx, r, out)
	if errors.Is(err, audit.ErrBroken) {
		return fmt.Errorf("%w; what was written up to there is not signed", err)
	}
	if err != nil {
		return plainly(err)
	}
	public := base64.StdEncoding.EncodeToString(r.sealer.PublicKey())
	fmt.Fprintf(std.err, "%d entries written. Anybody can check the file with: web audit verify -file … -key %s\n", report.Entries, public)
	return nil
}

// exportLog writes the export down as an entry of its own first, so that it is the
// file's last one.
func exportLog(ctx context.Context, r records, w io.Writer) (report audit.Report, err error) {
	_, err = r.store.AppendAudit(ctx, r.sealer, audit.Draft{
		At: time.Now(), Actor: kyc.System(), Act: "list.export", ObjectKind: "list", ObjectID: "audit", Outcome: audit.Noted,
		Detail: map[string]any{"class": "list", "purpose": "export", "how": "command line"},
	})
	if err != nil {
		return report, err
	}
	err = r.store.AuditLog(ctx, func(head audit.Head, entries iter.Seq2[audit.Entry, error]) (err error) {
		report, err = r.sealer.Export(w, entries, head, time.Now())
		return err
	})
	return report, err
}
