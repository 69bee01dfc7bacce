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
// Whoever is refused has to try again. Only changes are refused, and whatever is about revisions: pods and claims are
// made and deleted unhindered, or how many are on their way at a time would depend on us.
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
	if request.Method == http.MethodGet {
		return false
	}
	if request.Method != http.MethodPut && !strings.Contains(request.URL.Path, "/controllerrevisions") {
		return false
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := request.Method + request.URL.Path
	r.writes[key]++
	return r.writes[key]%r.every == 1%r.every
}
