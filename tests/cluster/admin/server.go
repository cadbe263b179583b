// Package admin is a flyteadmin: the registry, the executions and the signals, over the gRPC services of flyteidl. They
// are in memory, and in a journal that the next process with the same data reads. What compiles is propeller's compiler,
// and what runs executions is an Engine.
package admin

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/datacatalog"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"
	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"

	"flyte1cluster/auth"
	"flyte1cluster/catalog"
	"flyte1cluster/fault"
	"flyte1cluster/journal"
	"flyte1cluster/store"
)

// Engine runs what is submitted.
type Engine interface {
	Submit(ctx context.Context, w *v1alpha1.FlyteWorkflow) error
	Abort(ctx context.Context, namespace, name string) error
	// Has says whether a workflow was submitted.
	Has(ctx context.Context, namespace, name string) bool
}

// Options says what a Server needs to know.
type Options struct {
	// Listen is the HOST:PORT of the gRPC services; port 0 chooses one.
	Listen string
	// DataDir is where inputs of executions, uploads and the registry lie; an absolute path.
	DataDir string
	// RawOutputPrefix is where tasks write files, unless an execution says otherwise.
	RawOutputPrefix string
	// ClientID and ClientSecret turn authentication on.
	ClientID, ClientSecret string
	// TokenLifetime is how long a token is valid; 0 stands for an hour.
	TokenLifetime time.Duration
	// LinksOff is for a store that cannot sign links: no uploads and no downloads, as with flyteadmin on a file system.
	LinksOff bool
	// MaxNodes is the greatest number of nodes of a workflow; 0 stands for 100.
	MaxNodes int
	// Resources are what tasks get and may ask for; the zero value stands for flyteadmin's own numbers.
	Resources Resources
}

// Server is the services.
type Server struct {
	service.UnimplementedAdminServiceServer
	service.UnimplementedDataProxyServiceServer
	opts     Options
	files    *store.Store
	grpc     *grpc.Server
	listener net.Listener
	http     *http.Server
	engine   Engine
	journal  *journal.Journal

	mu         sync.Mutex
	projects   map[string]*project
	tasks      *shelf[*admin.Task]
	workflows  *shelf[*workflow]
	plans      *shelf[*admin.LaunchPlan]
	executions map[string]*execution
	signals    map[string]*signal
	rows       int64
}

// stamp is a row's number and the times that the database gives it.
type stamp struct {
	id               int64
	created, updated time.Time
}

func (s *Server) stamp() stamp {
	s.rows++
	now := time.Now()
	return stamp{s.rows, now, now}
}

// columns are a row's values with those of its stamp.
func (t stamp) columns(values map[string]any) map[string]any {
	values["id"], values["created_at"], values["updated_at"] = t.id, t.created, t.updated
	return values
}

// Listen opens the ports and serves; executions need an engine first.
func Listen(o Options) (*Server, error) {
	if o.MaxNodes == 0 {
		o.MaxNodes = 100
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = time.Hour
	}
	o.Resources.settle()
	s := &Server{
		opts:       o,
		files:      store.New(o.DataDir, !o.LinksOff),
		projects:   map[string]*project{},
		tasks:      newShelf[*admin.Task](),
		workflows:  newShelf[*workflow](),
		plans:      newShelf[*admin.LaunchPlan](),
		executions: map[string]*execution{},
		signals:    map[string]*signal{},
	}
	if err := s.restore(); err != nil {
		return nil, err
	}
	for _, id := range []string{"flytesnacks", "flytetester", "flyteexamples"} {
		if _, ok := s.projects[id]; !ok {
			s.addProject(&admin.Project{Id: id, Name: id})
		}
	}
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	web, err := net.Listen("tcp", net.JoinHostPort(listener.Addr().(*net.TCPAddr).IP.String(), "0"))
	if err != nil {
		return nil, err
	}
	s.listener = listener
	s.files.Serve(web.Addr().String())
	mux := http.NewServeMux()
	mux.Handle("/data/", s.files)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	interceptors := []grpc.UnaryServerInterceptor{fault.Cut}
	var keeper *auth.Server
	if o.ClientID != "" {
		keeper = auth.New(o.ClientID, o.ClientSecret, o.TokenLifetime)
		keeper.Serve(web.Addr().String())
		keeper.Register(mux)
		interceptors = append(interceptors, keeper.Intercept)
	}
	// A request may have 4 MiB, gRPC's own limit, which flyteadmin leaves as it is.
	s.grpc = grpc.NewServer(grpc.ChainUnaryInterceptor(interceptors...))
	service.RegisterAdminServiceServer(s.grpc, s)
	service.RegisterSignalServiceServer(s.grpc, signalService{s})
	service.RegisterDataProxyServiceServer(s.grpc, s)
	datacatalog.RegisterDataCatalogServer(s.grpc, catalog.New())
	if keeper != nil {
		service.RegisterAuthMetadataServiceServer(s.grpc, keeper)
		service.RegisterIdentityServiceServer(s.grpc, keeper)
	}
	go func() { _ = s.grpc.Serve(listener) }()
	go func() { _ = s.http.Serve(web) }()
	return s, nil
}

// Address is the HOST:PORT of the gRPC services.
func (s *Server) Address() string { return s.listener.Addr().String() }

// SetEngine says what runs executions, and hands it those that an earlier process could not.
func (s *Server) SetEngine(ctx context.Context, e Engine) error {
	s.mu.Lock()
	s.engine = e
	s.mu.Unlock()
	return s.resume(ctx)
}

// Close ends the services.
func (s *Server) Close() {
	s.grpc.Stop()
	_ = s.http.Close()
	_ = s.journal.Close()
}

// expiry is when something ends that is valid for some time from now on.
func expiry(valid time.Duration) *timestamppb.Timestamp {
	return timestamppb.New(time.Now().Add(valid))
}
