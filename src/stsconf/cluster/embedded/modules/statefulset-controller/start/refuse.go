package start

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

const refusal = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"InternalError","code":500,` +
	`"message":"refused on purpose"}`

// refusing stands before an API server that fails now and then. Of the writes to each path it answers the first one
// itself, and every so manieth after that: what happens to one object does not depend on what happens to others.
//
// Whoever is refused has to try again. Events are let through: they are best effort.
type refusing struct {
	http.RoundTripper
	every  int
	mutex  sync.Mutex
	writes map[string]int
}

func (r *refusing) RoundTrip(request *http.Request) (*http.Response, error) {
	if !r.refuses(request) {
		return r.RoundTripper.RoundTrip(request)
	}
	if request.Body != nil {
		request.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusInternalServerError,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(refusal)),
		Request:    request,
	}, nil
}

func (r *refusing) refuses(request *http.Request) bool {
	if request.Method == http.MethodGet || strings.HasSuffix(request.URL.Path, "/events") {
		return false
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := request.Method + request.URL.Path
	r.writes[key]++
	return r.writes[key]%r.every == 1%r.every
}
