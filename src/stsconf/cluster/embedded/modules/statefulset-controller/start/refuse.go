package start

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

const refusal = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"InternalError","code":500,` +
	`"message":"refused on purpose"}`

// refusing stands before an API server that fails now and then: it answers every so manieth write itself.
//
// Whoever is refused has to try again. Events are let through: they are best effort.
type refusing struct {
	http.RoundTripper
	every  int64
	writes atomic.Int64
}

func (r *refusing) RoundTrip(request *http.Request) (*http.Response, error) {
	reads := request.Method == http.MethodGet || strings.HasSuffix(request.URL.Path, "/events")
	if reads || r.writes.Add(1)%r.every != 0 {
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
