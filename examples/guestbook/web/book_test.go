package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var moment = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestTheNewestEntryStandsFirst(t *testing.T) {
	var book Book
	for _, name := range []string{"Ada", "Bob"} {
		if err := book.Sign(name, "was here", moment); err != nil {
			t.Fatal(err)
		}
	}
	last := book.Last()
	if len(last) != 2 || last[0].Name != "Bob" || last[1].Name != "Ada" {
		t.Fatalf("got %v", last)
	}
}

func TestTheOldestEntriesGo(t *testing.T) {
	var book Book
	for number := range maxEntries + 3 {
		if err := book.Sign("Ada", fmt.Sprint(number), moment); err != nil {
			t.Fatal(err)
		}
	}
	last := book.Last()
	if len(last) != maxEntries || last[maxEntries-1].Line != "3" {
		t.Fatalf("%d entries, the oldest %q", len(last), last[len(last)-1].Line)
	}
}

func TestWhatIsReturnedIsACopy(t *testing.T) {
	var book Book
	if err := book.Sign("Ada", "was here", moment); err != nil {
		t.Fatal(err)
	}
	book.Last()[0].Name = "Eve"
	if name := book.Last()[0].Name; name != "Ada" {
		t.Fatalf("the book says %q", name)
	}
}

func TestATextIsOneLine(t *testing.T) {
	var book Book
	if err := book.Sign(" Ada\tL. ", "two\r\nlines\x00", moment); err != nil {
		t.Fatal(err)
	}
	if entry := book.Last()[0]; entry.Name != "Ada L." || entry.Line != "two lines" {
		t.Fatalf("got %q", entry)
	}
}

func TestWhatDoesNotFitIsRefusedByName(t *testing.T) {
	longest := strings.Repeat("é", maxName)
	refused := map[string][2]string{
		"the name is empty":      {" \n", "x"},
		"the line is empty":      {"x", ""},
		"the name has 41":        {longest + "é", "x"},
		"the line has 201":       {"x", strings.Repeat("y", maxLine+1)},
		"the name is not UTF-8":  {"\xff", "x"},
		"the line is not UTF-8":  {"x", "\xff"},
		"empty\nthe line is emp": {"", ""},
	}
	for wanted, given := range refused {
		var book Book
		err := book.Sign(given[0], given[1], moment)
		if err == nil || !strings.Contains(err.Error(), wanted) || len(book.Last()) != 0 {
			t.Errorf("%q: got %v", wanted, err)
		}
	}
	var book Book
	if err := book.Sign(longest, strings.Repeat("y", maxLine), moment); err != nil {
		t.Errorf("what just fits: %v", err)
	}
}
