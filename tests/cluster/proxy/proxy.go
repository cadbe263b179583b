// Package proxy is a gRPC proxy for unary calls that is as unreliable as a network: it refuses some calls, loses the
// answers of some, and delays some.
package proxy

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Options says what happens to calls. The three shares, from 0 to 1, exclude one another and are together at most 1.
type Options struct {
	// Listen is the HOST:PORT of the proxy; port 0 chooses one.
	Listen string
	// Target is the HOST:PORT of the server, without TLS.
	Target string
	// Refused is the share of calls that the server never gets.
	Refused float64
	// Lost is the share of calls that the server carries out, and whose answers do not arrive.
	Lost float64
	// Delayed is the share of calls that arrive late, by up to Delay.
	Delayed float64
	Delay   time.Duration
	// Seed decides which calls these are.
	Seed uint64
}

// Proxy is a proxy that serves.
type Proxy struct {
	opts     Options
	server   *grpc.Server
	target   *grpc.ClientConn
	listener net.Listener

	mu     sync.Mutex
	random *rand.Rand
}

// raw is a message as it is on the wire.
type raw []byte

// wire passes messages on without a look at them.
type wire struct{}

func (wire) Name() string { return "proto" }

func (wire) Marshal(v any) ([]byte, error) {
	m, ok := v.(*raw)
	if !ok {
		return nil, errors.New("not a message of the proxy")
	}
	return *m, nil
}

func (wire) Unmarshal(data []byte, v any) error {
	m, ok := v.(*raw)
	if !ok {
		return errors.New("not a message of the proxy")
	}
	*m = append(raw(nil), data...)
	return nil
}

// Start opens the port and serves.
func Start(o Options) (*Proxy, error) {
	for _, share := range []float64{o.Refused, o.Lost, o.Delayed} {
		if share < 0 || share > 1 {
			return nil, errors.New("a share of calls is from 0 to 1")
		}
	}
	if o.Refused+o.Lost+o.Delayed > 1 {
		return nil, errors.New("the shares of calls are together more than 1")
	}
	target, err := grpc.NewClient(o.Target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(wire{}), grpc.MaxCallRecvMsgSize(1<<30), grpc.MaxCallSendMsgSize(1<<30)),
		grpc.WithMaxHeaderListSize(1<<20))
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		_ = target.Close()
		return nil, err
	}
	p := &Proxy{opts: o, target: target, listener: listener, random: rand.New(rand.NewPCG(o.Seed, 0))}
	p.server = grpc.NewServer(grpc.ForceServerCodec(wire{}), grpc.UnknownServiceHandler(p.pass),
		grpc.MaxRecvMsgSize(1<<30), grpc.MaxSendMsgSize(1<<30))
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// Address is the HOST:PORT of the proxy.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Close ends the proxy.
func (p *Proxy) Close() {
	p.server.Stop()
	_ = p.target.Close()
}

// next is a number from 0 to 1 that decides what happens to a call, and a part of the longest delay.
func (p *Proxy) next() (float64, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.random.Float64(), time.Duration(p.random.Float64() * float64(p.opts.Delay))
}

func (p *Proxy) pass(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	var request, answer raw
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	chance, delay := p.next()
	refused, lost := chance < p.opts.Refused, false
	if !refused {
		chance -= p.opts.Refused
		lost = chance < p.opts.Lost
	}
	switch {
	case refused:
		return status.Error(codes.Unavailable, "the proxy has refused the call")
	case !lost && chance-p.opts.Lost < p.opts.Delayed:
		select {
		case <-time.After(delay):
		case <-stream.Context().Done():
			return status.FromContextError(stream.Context().Err()).Err()
		}
	}
	header, trailer := metadata.MD{}, metadata.MD{}
	err := p.target.Invoke(outgoing(stream.Context()), method, &request, &answer, grpc.Header(&header),
		grpc.Trailer(&trailer))
	if lost {
		return status.Error(codes.Unavailable, "the proxy has lost the answer")
	}
	if err := stream.SetHeader(header); err != nil {
		return err
	}
	stream.SetTrailer(trailer)
	if err != nil {
		return err
	}
	return stream.SendMsg(&answer)
}

// outgoing has the metadata of the call that came in, but for what belongs to the connection.
func outgoing(ctx context.Context) context.Context {
	given, _ := metadata.FromIncomingContext(ctx)
	given = given.Copy()
	for _, name := range []string{":authority", "content-type", "user-agent"} {
		given.Delete(name)
	}
	return metadata.NewOutgoingContext(ctx, given)
}
