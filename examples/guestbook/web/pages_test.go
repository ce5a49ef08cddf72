package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func ask(t *testing.T, site *Site, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	site.Handler().ServeHTTP(answer, request)
	return answer
}

func form(name, line string) string {
	return url.Values{"name": {name}, "line": {line}}.Encode()
}

func TestASignedLineIsOnThePage(t *testing.T) {
	site := &Site{Path: "/guestbook", Title: "Our guests"}
	if empty := ask(t, site, "GET", "/guestbook/", "").Body.String(); !strings.Contains(empty, "Nobody has signed") {
		t.Fatalf("at first: %s", empty)
	}
	signed := ask(t, site, "POST", "/guestbook/", form("Ada", "was here"))
	if signed.Code != http.StatusSeeOther || signed.Header().Get("Location") != "/guestbook/" {
		t.Fatalf("%d to %q", signed.Code, signed.Header().Get("Location"))
	}
	shown := ask(t, site, "GET", "/guestbook/", "").Body.String()
	for _, wanted := range []string{"<h1>Our guests</h1>", "<strong>Ada</strong>: was here", `action="/guestbook/"`} {
		if !strings.Contains(shown, wanted) {
			t.Errorf("no %q in %s", wanted, shown)
		}
	}
}

func TestNothingAGuestWritesIsMarkup(t *testing.T) {
	site := &Site{}
	ask(t, site, "POST", "/", form("<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`))
	answer := ask(t, site, "GET", "/", "")
	for _, markup := range []string{"<script", "<img"} {
		if strings.Contains(answer.Body.String(), markup) {
			t.Errorf("%s is in %s", markup, answer.Body)
		}
	}
	if policy := answer.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestWhatDoesNotFitIsSaidOnThePage(t *testing.T) {
	site := &Site{}
	given := map[string]string{
		form("", "x"):                          "the name is empty",
		form("Ada", strings.Repeat("x", 201)):  "at most 200 fit",
		"name=%zz":                             "no form of this page",
		form("Ada", strings.Repeat("x", 5000)): "too much for it",
	}
	for body, wanted := range given {
		answer := ask(t, site, "POST", "/", body)
		if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), wanted) {
			t.Errorf("%.30q: %d %s", body, answer.Code, answer.Body)
		}
	}
	if entries := site.book.Last(); len(entries) != 0 {
		t.Errorf("signed all the same: %v", entries)
	}
}

func TestTheLongestTextsFitIntoAForm(t *testing.T) {
	body := form(strings.Repeat("\U0001F600", maxName), strings.Repeat("\U0001F600", maxLine))
	if answer := ask(t, &Site{}, "POST", "/", body); answer.Code != http.StatusSeeOther {
		t.Fatalf("%d characters: %d", len(body), answer.Code)
	}
}

func TestHealthIsBelowThePathAndAtTheTop(t *testing.T) {
	site := &Site{Path: "/guestbook", Commit: "abc1234"}
	for _, path := range []string{"/healthz", "/guestbook/healthz"} {
		answer := ask(t, site, "GET", path, "")
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), `"commit":"abc1234"`) {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
	for _, path := range []string{"/", "/guestbook/other", "/other"} {
		if answer := ask(t, site, "GET", path, ""); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
}

func TestAnotherMethodIsRefused(t *testing.T) {
	if answer := ask(t, &Site{}, "DELETE", "/", ""); answer.Code != http.StatusMethodNotAllowed {
		t.Fatalf("got %d", answer.Code)
	}
}
