package main

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"log/slog"
	"net/http"
	"time"
)

// What a form may send: both texts, each character of them as %XX, four times.
const maxForm = 4 << 10

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Site is the guestbook below a path of its address.
type Site struct {
	Path   string // such as /guestbook; empty at the top
	Title  string
	Commit string
	book   Book
}

type view struct {
	Title, Action, Fault string
	MaxName, MaxLine     int
	Entries              []Entry
}

// Handler serves the page, and the health that probes ask for at the top as well.
func (s *Site) Handler() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /healthz", s.health)
	if s.Path != "" {
		routes.HandleFunc("GET "+s.Path+"/healthz", s.health)
	}
	routes.HandleFunc("GET "+s.Path+"/{$}", s.show)
	routes.HandleFunc("POST "+s.Path+"/{$}", s.sign)
	return hardened(routes)
}

func (s *Site) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	said := map[string]string{"status": "ok", "commit": s.Commit}
	if err := json.NewEncoder(w).Encode(said); err != nil {
		slog.Warn("no health was sent", "error", err)
	}
}

func (s *Site) show(w http.ResponseWriter, _ *http.Request) { s.render(w, http.StatusOK, "") }

func (s *Site) sign(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		s.render(w, http.StatusBadRequest, "this is no form of this page, or too much for it")
		return
	}
	err := s.book.Sign(r.PostForm.Get("name"), r.PostForm.Get("line"), time.Now())
	if err != nil {
		s.render(w, http.StatusBadRequest, err.Error())
		return
	}
	slog.Info("signed", "entries", len(s.book.Last()))
	// A page that is loaded again must not sign again.
	http.Redirect(w, r, s.Path+"/", http.StatusSeeOther)
}

func (s *Site) render(w http.ResponseWriter, status int, fault string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	shown := view{s.Title, s.Path + "/", fault, maxName, maxLine, s.book.Last()}
	if err := page.Execute(w, shown); err != nil {
		slog.Warn("no page was sent", "error", err)
	}
}

func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy",
			"default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
