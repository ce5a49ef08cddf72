package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func settings(given map[string]string) func(string) string {
	return func(name string) string { return given[name] }
}

func TestSettingsAreTakenOrRefusedByName(t *testing.T) {
	site, err := siteOf(settings(map[string]string{"GUESTBOOK_PATH": "/a/guest-book"}))
	if err != nil || site.Title != "Guestbook" {
		t.Fatalf("%v, %v", site, err)
	}
	for _, path := range []string{"guestbook", "/guestbook/", "/Guest", "/{x}", "/a\n"} {
		_, err := siteOf(settings(map[string]string{"GUESTBOOK_PATH": path}))
		if err == nil || !strings.Contains(err.Error(), "GUESTBOOK_PATH") {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestOnlyAHealthyGuestbookPassesTheCheck(t *testing.T) {
	well := httptest.NewServer((&Site{}).Handler())
	defer well.Close()
	if err := check(well.URL + "/healthz"); err != nil {
		t.Error(err)
	}
	sick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"ok"}`))
	}))
	defer sick.Close()
	for url, wanted := range map[string]string{
		well.URL + "/":        "no health",
		sick.URL + "/healthz": "503",
		"http://127.0.0.1:1/": "refused",
	} {
		if err := check(url); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestAnotherArgumentIsRefused(t *testing.T) {
	for _, given := range [][]string{{"chekc", "http://x"}, {"check"}} {
		if err := run(given); err == nil || !strings.Contains(err.Error(), "usage: guestbook") {
			t.Errorf("%q: %v", given, err)
		}
	}
}
