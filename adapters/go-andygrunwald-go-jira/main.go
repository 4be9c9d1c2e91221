// An adapter for go-jira.
//
// The JWTAuthTransport of go-jira signs outgoing requests with the current time. The shim sends a request through it, to
// a transport that replaces the network. The hash is the one in the token that arrives there.
package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	jira "github.com/andygrunwald/go-jira"
)

// A transport that answers every request, and keeps its signature.
type network struct{ authorization string }

func (n *network) RoundTrip(request *http.Request) (*http.Response, error) {
	n.authorization = request.Header.Get("Authorization")
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: request}, nil
}

var (
	below  = &network{}
	signer = jira.JWTAuthTransport{Secret: []byte("secret"), Issuer: "app", Transport: below}
	client = signer.Client()
)

func qsh(asked question) (answer, error) {
	request, err := asked.Request.http()
	if err != nil {
		return nil, err
	}
	if _, err := client.Do(request); err != nil {
		return nil, err
	}
	parts := strings.Split(strings.TrimPrefix(below.authorization, "JWT "), ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var claims struct{ Qsh string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, err
	}
	return answer{"ok": answer{"qsh": claims.Qsh}}, nil
}

func main() {
	serve("github.com/andygrunwald/go-jira", map[string]operation{"qsh": qsh})
}
