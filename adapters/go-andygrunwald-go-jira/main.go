// The adapter protocol in front of go-jira.
//
// Its JWTAuthTransport signs a request on its way out, at the time that it is. So a request is sent through it, with a
// transport of this shim's beneath it in place of the network, and the hash is that of the token which comes out there.
package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	jira "github.com/andygrunwald/go-jira"
)

// A network that answers every request, and keeps how it was signed.
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
