package start

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

const refusal = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":"refused on purpose"}`

// refusing stands before an API server that fails now and then. Of each object's changes it answers the first one
// itself, as a conflict, and the second one, as an internal error; then again every so many changes later. What happens
// to one object does not depend on what happens to others.
//
// Whoever is refused has to try again. What is made is let through: a quota shows what is refused there.
type refusing struct {
	http.RoundTripper
	every  int
	mutex  sync.Mutex
	writes map[string]int
}

func (r *refusing) RoundTrip(request *http.Request) (*http.Response, error) {
	switch r.number(request) {
	case 1:
		return refused(request, "Conflict", http.StatusConflict)
	case 2:
		return refused(request, "InternalError", http.StatusInternalServerError)
	default:
		return r.RoundTripper.RoundTrip(request)
	}
}

// number returns which of an object's changes this is, counted anew every so many; 0 if it is none.
func (r *refusing) number(request *http.Request) int {
	if request.Method == http.MethodGet || request.Method == http.MethodPost {
		return 0
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := request.Method + request.URL.Path
	r.writes[key]++
	return r.writes[key] % r.every
}

func refused(request *http.Request, reason string, code int) (*http.Response, error) {
	if request.Body != nil {
		request.Body.Close()
	}
	return &http.Response{
		StatusCode: code,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(fmt.Sprintf(refusal, reason, code))),
		Request:    request,
	}, nil
}
