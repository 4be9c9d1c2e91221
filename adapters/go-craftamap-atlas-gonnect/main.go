// An adapter for atlas-gonnect. It returns the hash of a request, which the library's package for tokens computes. It does
// not use the library's middleware.
package main

import atlasjwt "github.com/craftamap/atlas-gonnect/atlas-jwt"

func qsh(asked question) (answer, error) {
	request, err := asked.Request.http()
	if err != nil {
		return nil, err
	}
	hash := atlasjwt.CreateQueryStringHash(request, asked.Request.Form != nil, asked.Request.BaseURL)
	return answer{"ok": answer{"qsh": hash}}, nil
}

func main() {
	serve("github.com/craftamap/atlas-gonnect", map[string]operation{"qsh": qsh})
}
