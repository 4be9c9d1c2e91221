// Query string hashes as they come out wrong in Go: one function per way that people sign. Beside each stand the
// mistakes that it makes, as `qsh diagnose` names them. Prints what every one of them makes of ../requests.json.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"sort"
	"strings"
)

type request struct {
	Method  string  `json:"method"`
	URL     string  `json:"url"`
	BaseURL *string `json:"base_url"`
	Form    *string `json:"form"`
}

func digest(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "&")))
	return sum[:]
}

func hash(parts ...string) string { return hex.EncodeToString(digest(parts...)) }

func parsed(text string) *url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

func below(path string, r request) string {
	if r.BaseURL != nil {
		path = strings.TrimPrefix(path, strings.TrimSuffix(parsed(*r.BaseURL).Path, "/"))
	}
	path = strings.TrimSuffix(path, "/")
	if path == "" {
		path = "/"
	}
	return strings.ReplaceAll(path, "&", "%26")
}

// The path as it is in the text of the URL.
func path(r request) string {
	text := r.URL
	if _, rest, found := strings.Cut(text, "://"); found {
		text = rest[strings.Index(rest, "/"):]
	}
	return below(text[:strings.IndexAny(text+"?", "?#")], r)
}

func values(r request) url.Values {
	values := parsed(r.URL).Query()
	values.Del("jwt")
	return values
}

func percent(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func query(values url.Values, escape func(string) string, order func([]string)) string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return percent(names[i]) < percent(names[j]) })
	for at, name := range names {
		order(values[name])
		for at, value := range values[name] {
			values[name][at] = escape(value)
		}
		names[at] = escape(name) + "=" + strings.Join(values[name], ",")
	}
	return strings.Join(names, "&")
}

func asGiven([]string) {}

// Those of signers that read the query by URL.Query: it drops pairs that it has no reading for, and texts are bytes.
func withQuery(mistakes ...string) []string {
	return append(mistakes, "separator=semicolon_drops_pair", "invalid_escape=pair_dropped", "invalid_utf8=bytes_kept")
}

type signer struct {
	Name     string               `json:"signer"`
	Mistakes []string             `json:"mistakes"`
	sign     func(request) string `json:"-"`
	Hashes   []string             `json:"hashes"`
}

var signers = []signer{
	{Name: "url.Values.Encode", Mistakes: withQuery("url_values"), sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), path(r), values(r).Encode())
	}},
	{Name: "QueryEscape", Mistakes: withQuery("space=plus", "url_values"), sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), path(r), query(values(r), url.QueryEscape, sort.Strings))
	}},
	{Name: "PathEscape", Mistakes: withQuery("escape_set=go_path_escape"), sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), path(r), query(values(r), url.PathEscape, sort.Strings))
	}},
	{Name: "values unsorted", Mistakes: withQuery("value_order=as_given"), sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), path(r), query(values(r), percent, asGiven))
	}},
	{Name: "Get, so that the first value counts", Mistakes: withQuery("repeat=first_only"), sign: func(r request) string {
		first := url.Values{}
		for name := range values(r) {
			first.Set(name, values(r).Get(name))
		}
		return hash(strings.ToUpper(r.Method), path(r), query(first, percent, asGiven))
	}},
	{Name: "URL.Path", Mistakes: withQuery("path_escapes=decoded"), sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), below(parsed(r.URL).Path, r), query(values(r), percent, sort.Strings))
	}},
	{Name: "URL.RawQuery", Mistakes: []string{"query_text=as_written"}, sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), path(r), parsed(r.URL).RawQuery)
	}},
	{Name: "URL.RequestURI", Mistakes: []string{"target_hashed", "part_join=question_mark", "path_characters=whatwg", "query_text=as_written"}, sign: func(r request) string {
		return hash(strings.ToUpper(r.Method), parsed(r.URL).RequestURI())
	}},
	{Name: "RawURLEncoding", Mistakes: withQuery("hash_text=base64url"), sign: func(r request) string {
		return base64.RawURLEncoding.EncodeToString(digest(strings.ToUpper(r.Method), path(r), query(values(r), percent, sort.Strings)))
	}},
	{Name: "Printf of the bytes in upper case", Mistakes: withQuery("hash_text=upper_hex"), sign: func(r request) string {
		return fmt.Sprintf("%X", digest(strings.ToUpper(r.Method), path(r), query(values(r), percent, sort.Strings)))
	}},
	{Name: "a sum that is hashed again", Mistakes: withQuery("hash_function=sha256_of_text"), sign: func(r request) string {
		return hash(hash(strings.ToUpper(r.Method), path(r), query(values(r), percent, sort.Strings)))
	}},
	{Name: "fields joined by line ends", Mistakes: withQuery("part_join=line_feeds"), sign: func(r request) string {
		return hash(strings.Join([]string{strings.ToUpper(r.Method), path(r), query(values(r), percent, sort.Strings)}, "\n"))
	}},
}

func main() {
	text, err := os.ReadFile("../requests.json")
	if err != nil {
		panic(err)
	}
	var requests []request
	if err := json.Unmarshal(text, &requests); err != nil {
		panic(err)
	}
	for at := range signers {
		for _, request := range requests {
			if request.Form == nil {
				signers[at].Hashes = append(signers[at].Hashes, signers[at].sign(request))
			}
		}
	}
	made, err := json.MarshalIndent(signers, "", " ")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(made))
}
