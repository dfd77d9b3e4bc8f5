package rpc

import (
	"context"
	"fmt"

	"google.golang.org/grpc"
)

// registrar puts the gates around every method of a service.
type registrar struct {
	server *Server
	rules  map[string]rule
	err    error
}

// RegisterService implements grpc.ServiceRegistrar.
func (r *registrar) RegisterService(desc *grpc.ServiceDesc, impl any) {
	gated := *desc
	gated.Methods, gated.Streams = nil, nil
	for _, d := range desc.Methods {
		m := r.add(desc.ServiceName, d.MethodName)
		m.unary = func(ctx context.Context, decode func(any) error) (any, error) {
			return d.Handler(impl, ctx, decode, nil)
		}
		gated.Methods = append(gated.Methods, grpc.MethodDesc{MethodName: d.MethodName, Handler: m.serveCall})
	}
	for _, d := range desc.Streams {
		m := r.add(desc.ServiceName, d.StreamName)
		m.stream, m.impl = d.Handler, impl
		d.Handler = m.serveStream
		gated.Streams = append(gated.Streams, d)
	}
	r.server.grpc.RegisterService(&gated, impl)
}

func (r *registrar) add(service, method string) *Method {
	name := "/" + service + "/" + method
	rule, ok := r.rules[name]
	if !ok && r.err == nil {
		r.err = fmt.Errorf("rpc: no rule says who may call %s", name)
	}
	m := &Method{name: name, rule: rule, server: r.server}
	r.server.methods[name] = m
	return m
}

// check reports a method without a rule, or a rule without a method.
func (r *registrar) check() error {
	for name := range r.rules {
		if r.server.methods[name] == nil {
			return fmt.Errorf("rpc: there is a rule for %s but no such method", name)
		}
	}
	return r.err
}
