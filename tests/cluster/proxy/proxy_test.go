package proxy

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/service"

	rig "flyte1cluster/admin"
)

// client has a client of a cluster behind a proxy.
func client(t *testing.T, o Options) service.AdminServiceClient {
	t.Helper()
	server, err := rig.Listen(rig.Options{Listen: "127.0.0.1:0", DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	o.Listen, o.Target = "127.0.0.1:0", server.Address()
	p, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	conn, err := grpc.NewClient(p.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return service.NewAdminServiceClient(conn)
}

func register(c service.AdminServiceClient) error {
	_, err := c.RegisterProject(context.Background(),
		&admin.ProjectRegisterRequest{Project: &admin.Project{Id: "own", Name: "own"}})
	return err
}

func TestAnswersAndErrorsPassThrough(t *testing.T) {
	c := client(t, Options{Delayed: 1})
	if err := register(c); err != nil {
		t.Fatal(err)
	}
	answer, err := c.GetProject(context.Background(), &admin.ProjectGetRequest{Id: "own"})
	if err != nil || answer.GetName() != "own" {
		t.Errorf("the answer is %v, %v", answer, err)
	}
	_, err = c.GetTask(context.Background(), &admin.ObjectGetRequest{Id: &core.Identifier{Name: "none"}})
	if status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "missing entity of type TASK") {
		t.Errorf("the error is %v", err)
	}
}

func TestARefusedCallDoesNotArriveAndALostOneDoes(t *testing.T) {
	for _, o := range []Options{{Refused: 1}, {Lost: 1}} {
		c := client(t, o)
		for range 2 {
			if err := register(c); status.Code(err) != codes.Unavailable {
				t.Errorf("%+v: the error is %v", o, err)
			}
		}
	}
	// Of many calls some get through, some are refused and some are lost; what was carried out is there for the next one.
	c := client(t, Options{Refused: 0.3, Lost: 0.3, Seed: 7})
	counts := map[codes.Code]int{}
	for range 100 {
		counts[status.Code(register(c))]++
	}
	if counts[codes.OK] > 1 || counts[codes.AlreadyExists] < 20 || counts[codes.Unavailable] < 40 {
		t.Errorf("of 100 calls: %v", counts)
	}
}

func TestSharesThatCannotBe(t *testing.T) {
	for _, o := range []Options{{Refused: -1}, {Lost: 2}, {Refused: 0.6, Delayed: 0.6}} {
		if _, err := Start(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
