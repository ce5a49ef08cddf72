// Command guestbook serves a page where guests leave a line, or asks whether one is well:
//
//	guestbook
//	guestbook check http://HOST/healthz
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

const usage = "guestbook, or guestbook check http://HOST/healthz"

var pathShape = regexp.MustCompile(`\A(/[a-z0-9-]+)*\z`)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	if err := run(os.Args[1:]); err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 0:
		return serve()
	case len(arguments) == 2 && arguments[0] == "check":
		return check(arguments[1])
	}
	return fmt.Errorf("usage: %s", usage)
}

// siteOf reads the settings, and refuses those it could not serve.
func siteOf(setting func(string) string) (*Site, error) {
	site := &Site{
		Path:   setting("GUESTBOOK_PATH"),
		Title:  setting("GUESTBOOK_TITLE"),
		Commit: setting("GUESTBOOK_COMMIT"),
	}
	if !pathShape.MatchString(site.Path) {
		return nil, fmt.Errorf("GUESTBOOK_PATH=%q: empty, or such as /guestbook", site.Path)
	}
	if site.Title == "" {
		site.Title = "Guestbook"
	}
	return site, nil
}

func serve() error {
	site, err := siteOf(os.Getenv)
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr:              ":8080",
		Handler:           site.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	told, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	slog.Info("serving", "address", server.Addr, "path", site.Path, "commit", site.Commit)
	select {
	case err := <-ended:
		return err
	case <-told.Done():
	}
	// What was asked before is answered.
	last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(last); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

// check asks another guestbook for its health, as `helm test` does from inside the cluster.
func check(url string) error {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var health struct{ Status, Commit string }
	if err := json.NewDecoder(answer.Body).Decode(&health); err != nil {
		return fmt.Errorf("%s answered %s and no health: %w", url, answer.Status, err)
	}
	if answer.StatusCode != http.StatusOK || health.Status != "ok" {
		return fmt.Errorf("%s answered %s, status %q", url, answer.Status, health.Status)
	}
	slog.Info("well", "url", url, "commit", health.Commit)
	return nil
}
