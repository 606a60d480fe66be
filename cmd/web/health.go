package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// runHealth asks /readyz; a container image without a shell has no curl.
func runHealth(ctx context.Context, std stdio, args []string) error {
	f := flags("health", std)
	url := f.String("url", "http://127.0.0.1:8080/readyz", "what to ask")
	if err := parse(f, args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, *url, nil)
	if err != nil {
		return usageError{err}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the desk answers %s", resp.Status)
	}
	fmt.Fprintln(std.out, "ready")
	return nil
}
