// The vectors of canonical requests in go test, with nothing of qsh but the JSON files. The SDK that is tested here is
// atlas-gonnect; put your own in its place.
package vectors

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	atlasjwt "github.com/craftamap/atlas-gonnect/atlas-jwt"
)

type file struct {
	Format  string
	Version int
	Cases   []vector
}

type vector struct {
	ID        string
	Level     string
	Operation string
	Input     struct {
		Method  string
		URL     *string
		BaseURL string `json:"base_url"`
		Form    *string
	}
	Expect struct {
		CanonicalRequest string `json:"canonical_request"`
		QSH              string
	}
}

func read(t *testing.T, path string, into any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// The cases that bind an SDK: an open one binds nobody.
func binding(t *testing.T) []vector {
	root := os.Getenv("QSH_VECTORS")
	if root == "" {
		root = "../../../vectors"
	}
	var cases []vector
	for _, pattern := range []string{"*.json", "regression/*.json"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if filepath.Base(path) == "schema.json" {
				continue
			}
			var vectors file
			read(t, path, &vectors)
			if vectors.Format != "qsh-vectors" || vectors.Version != 1 {
				t.Fatalf("%s: expected qsh-vectors, version 1", path)
			}
			for _, it := range vectors.Cases {
				if it.Operation == "canonical_request" && it.Level != "open" {
					cases = append(cases, it)
				}
			}
		}
	}
	return cases
}

// What the SDK makes of a request, as a server receives it or a client is about to send it.
func hash(it vector) (string, error) {
	form := ""
	if it.Input.Form != nil {
		form = *it.Input.Form
	}
	request, err := http.NewRequest(it.Input.Method, *it.Input.URL, strings.NewReader(form))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return atlasjwt.CreateQueryStringHash(request, it.Input.Form != nil, it.Input.BaseURL), nil
}

func TestVectors(t *testing.T) {
	// What fails today, by the id of the case, each with the reason.
	known := map[string]string{}
	read(t, "known.json", &known)
	used := map[string]bool{}
	for _, it := range binding(t) {
		it := it
		t.Run(it.ID, func(t *testing.T) {
			if it.Input.URL == nil {
				t.Skip("takes a URL as text only")
			}
			found, err := hash(it)
			reason, isKnown := known[it.ID]
			used[it.ID] = true
			switch passes := err == nil && found == it.Expect.QSH; {
			case passes && isKnown:
				t.Errorf("passes: take it out of known.json (%s)", reason)
			case !passes && !isKnown:
				t.Errorf("expected %s for %s, found %s (%v)", it.Expect.QSH, it.Expect.CanonicalRequest, found, err)
			case isKnown:
				t.Skipf("known: %s", reason)
			}
		})
	}
	for id := range known {
		if !used[id] {
			t.Errorf("%s is known to fail, but is not one of the cases", id)
		}
	}
}
