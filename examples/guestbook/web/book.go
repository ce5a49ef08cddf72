package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// The book is in memory, so all of it is bounded.
const (
	maxName    = 40  // characters
	maxLine    = 200 // characters
	maxEntries = 50
)

// Entry is one guest's line.
type Entry struct {
	Name, Line string
	Written    time.Time
}

// Book keeps the last entries. They are gone with the process.
type Book struct {
	mutex   sync.Mutex
	entries []Entry
}

// Sign adds an entry, and drops the oldest one where there are too many.
func (b *Book) Sign(name, line string, now time.Time) error {
	name, nameFault := tidied("name", name, maxName)
	line, lineFault := tidied("line", line, maxLine)
	if fault := errors.Join(nameFault, lineFault); fault != nil {
		return fault
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.entries = append(b.entries, Entry{name, line, now})
	if more := len(b.entries) - maxEntries; more > 0 {
		b.entries = slices.Delete(b.entries, 0, more)
	}
	return nil
}

// Last returns the entries, the newest first.
func (b *Book) Last() []Entry {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	last := slices.Clone(b.entries)
	slices.Reverse(last)
	return last
}

// tidied returns a text on one line, or says what is wrong with it.
func tidied(what, text string, most int) (string, error) {
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("the %s is not UTF-8", what)
	}
	text = strings.Join(strings.FieldsFunc(text, isGap), " ")
	switch length := utf8.RuneCountInString(text); {
	case length == 0:
		return "", fmt.Errorf("the %s is empty", what)
	case length > most:
		return "", fmt.Errorf("the %s has %d characters; at most %d fit", what, length, most)
	}
	return text, nil
}

func isGap(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
