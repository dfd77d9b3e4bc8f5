package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	connectcors "connectrpc.com/cors"
	"github.com/rs/cors"
)

// preflightAge is how long browsers may remember what an origin may do.
const preflightAge = 2 * time.Hour

// anyOrigin in a configuration allows every page.
const anyOrigin = "*"

// originGate lets in what pages of the given origins, and of this server's own,
// send. It answers preflights, and lets scripts read the headers that hold a
// gRPC-web error, also where the call is refused.
func originGate(next http.Handler, origins []string) (http.Handler, error) {
	var all bool
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusForbidden, "calls from this origin are not allowed")
	}))
	allowed := make(map[string]bool)
	for _, o := range origins {
		if o == anyOrigin {
			all = true
			continue
		}
		o = strings.ToLower(o)
		if err := own.AddTrustedOrigin(o); err != nil || strings.Contains(o, "*") {
			return nil, fmt.Errorf("web: %q is no origin such as https://shop.example", o)
		}
		allowed[o] = true
	}
	if !all {
		// Without this a foreign page could not read the answer, but its call
		// would still be made.
		next = own.Handler(next)
	}
	return cors.New(cors.Options{
		AllowOriginFunc: func(o string) bool { return all || allowed[strings.ToLower(o)] },
		AllowedMethods:  connectcors.AllowedMethods(),
		AllowedHeaders:  append(connectcors.AllowedHeaders(), "Authorization"),
		ExposedHeaders:  connectcors.ExposedHeaders(),
		MaxAge:          int(preflightAge / time.Second),
	}).Handler(next), nil
}
