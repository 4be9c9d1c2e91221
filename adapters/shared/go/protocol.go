package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// The adapter protocol, version 1: one JSON object per line on stdin and stdout.

type question struct {
	ID      json.RawMessage `json:"id"`
	Op      string          `json:"op"`
	Request request         `json:"request"`
}

type request struct {
	Method  string  `json:"method"`
	URL     string  `json:"url"`
	URLHex  *string `json:"url_hex"`
	BaseURL string  `json:"base_url"`
	Form    *string `json:"form"`
	JSON    *string `json:"json"`
}

type answer map[string]any

// The request for net/http. Go strings are bytes, so a URL does not have to be UTF-8.
func (r request) http() (*http.Request, error) {
	target := r.URL
	if r.URLHex != nil {
		bytes, err := hex.DecodeString(*r.URLHex)
		if err != nil {
			return nil, err
		}
		target = string(bytes)
	}
	body, contentType := "", ""
	switch {
	case r.Form != nil:
		body, contentType = *r.Form, "application/x-www-form-urlencoded"
	case r.JSON != nil:
		body, contentType = *r.JSON, "application/json"
	}
	made, err := http.NewRequest(r.Method, target, strings.NewReader(body))
	if err == nil && contentType != "" {
		made.Header.Set("Content-Type", contentType)
	}
	return made, err
}

// The library has no such operation or option.
type unsupported string

func (what unsupported) Error() string { return string(what) }

// The outcome for an error. Neither Go nor the library documents the possible errors.
func fault(err any) answer {
	return answer{"fault": answer{"type": fmt.Sprintf("%T", err), "message": fmt.Sprint(err)}}
}

// The version of a module in this program.
func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return ""
}

type operation func(question) (answer, error)

func answerOf(asked question, module string, operations map[string]operation) (given answer) {
	defer func() {
		if err := recover(); err != nil {
			given = fault(err)
		}
	}()
	if asked.Op == "describe" {
		names := []string{}
		for name := range operations {
			names = append(names, name)
		}
		return answer{"ok": answer{
			"protocol": 1, "name": module, "version": version(module), "language": "Go",
			"runtime": "Go " + strings.TrimPrefix(runtime.Version(), "go"), "operations": names,
		}}
	}
	run, isThere := operations[asked.Op]
	if !isThere {
		return answer{"unsupported": "no operation " + asked.Op}
	}
	given, err := run(asked)
	var what unsupported
	switch {
	case errors.As(err, &what):
		return answer{"unsupported": string(what)}
	case err != nil:
		return fault(err)
	}
	return given
}

func serve(module string, operations map[string]operation) {
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	write := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err == io.EOF {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatal(err)
		}
		given := answerOf(asked, module, operations)
		given["id"] = asked.ID
		if err := write.Encode(given); err != nil {
			log.Fatal(err)
		}
		// One write for all answers.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				log.Fatal(err)
			}
		}
	}
}
