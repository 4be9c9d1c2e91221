// Calls a product with go-jira. See README.md.
//
// go_jira MISTAKE
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	jira "github.com/andygrunwald/go-jira"
)

func main() {
	signer := jira.JWTAuthTransport{
		Secret: []byte(os.Getenv("QSH_SHARED_SECRET")),
		Issuer: os.Getenv("QSH_APP_KEY"),
	}
	switch mistake := os.Args[1]; mistake {
	case "none", "base_path_hashed":
	case "client_key_as_issuer":
		signer.Issuer = os.Getenv("QSH_CLIENT_KEY")
	case "secret_with_newline":
		signer.Secret = append(signer.Secret, '\n')
	default:
		log.Fatalf("cannot be made with this library: %s", mistake)
	}
	client, err := jira.NewClient(signer.Client(), os.Getenv("QSH_BASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	request, err := client.NewRequest("GET", "rest/api/3/search?jql=project+%3D+QSH&maxResults=50", nil)
	if err != nil {
		log.Fatal(err)
	}
	// A refusal is an error with a response.
	response, err := client.Do(request, nil)
	if response == nil {
		log.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d\n%s\n", response.StatusCode, body)
}
