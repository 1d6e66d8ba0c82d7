// Finds each named host as Go's own resolver does and asks it for `/` at its port: `names host:port …`.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func ask(host, authority string) (string, error) {
	addresses, err := net.LookupHost(host)
	if err != nil {
		return "", err
	}

	reply, err := http.Get("http://" + authority + "/")
	if err != nil {
		return "", err
	}

	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return fmt.Sprintf("%s %s", addresses[0], body), err
}

func main() {
	for _, authority := range os.Args[1:] {
		host, _, _ := net.SplitHostPort(authority)
		answer, err := ask(host, authority)
		if err != nil {
			answer = err.Error()
		}

		fmt.Println(host, answer)
	}
}
