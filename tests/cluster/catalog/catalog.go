// Package catalog is a DataCatalog in memory, which keeps the results of tasks for a cache.
package catalog

import (
	"context"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/datacatalog"
)

// Catalog is a DataCatalog in memory, as far as propeller's cache asks it.
type Catalog struct {
	datacatalog.UnimplementedDataCatalogServer
	mu           sync.Mutex
	datasets     map[string]*datacatalog.Dataset
	artifacts    map[string]*datacatalog.Artifact // By dataset and ID.
	tags         map[string]string                // By dataset and name: the ID of an artifact.
	reservations map[string]*datacatalog.Reservation
}

// New is an empty catalog.
func New() *Catalog {
	return &Catalog{
		datasets:     map[string]*datacatalog.Dataset{},
		artifacts:    map[string]*datacatalog.Artifact{},
		tags:         map[string]string{},
		reservations: map[string]*datacatalog.Reservation{},
	}
}

func datasetKey(id *datacatalog.DatasetID, more ...string) string {
	parts := append([]string{id.GetProject(), id.GetDomain(), id.GetName(), id.GetVersion()}, more...)
	return strings.Join(parts, "\x00")
}

// CreateDataset is part of DataCatalog.
func (c *Catalog) CreateDataset(
	_ context.Context, r *datacatalog.CreateDatasetRequest,
) (*datacatalog.CreateDatasetResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := datasetKey(r.GetDataset().GetId())
	if _, ok := c.datasets[k]; ok {
		return nil, status.Error(codes.AlreadyExists, "the dataset exists already")
	}
	c.datasets[k] = r.GetDataset()
	return &datacatalog.CreateDatasetResponse{}, nil
}

// GetDataset is part of DataCatalog.
func (c *Catalog) GetDataset(
	_ context.Context, r *datacatalog.GetDatasetRequest,
) (*datacatalog.GetDatasetResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.datasets[datasetKey(r.GetDataset())]; ok {
		return &datacatalog.GetDatasetResponse{Dataset: d}, nil
	}
	return nil, status.Error(codes.NotFound, "no such dataset")
}

// CreateArtifact is part of DataCatalog.
func (c *Catalog) CreateArtifact(
	_ context.Context, r *datacatalog.CreateArtifactRequest,
) (*datacatalog.CreateArtifactResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := proto.Clone(r.GetArtifact()).(*datacatalog.Artifact)
	a.CreatedAt = timestamppb.Now()
	k := datasetKey(a.GetDataset(), a.GetId())
	if _, ok := c.artifacts[k]; ok {
		return nil, status.Error(codes.AlreadyExists, "the artifact exists already")
	}
	c.artifacts[k] = a
	return &datacatalog.CreateArtifactResponse{}, nil
}

func (c *Catalog) artifact(id *datacatalog.DatasetID, artifact, tag string) (*datacatalog.Artifact, error) {
	if artifact == "" {
		artifact = c.tags[datasetKey(id, tag)]
	}
	a, ok := c.artifacts[datasetKey(id, artifact)]
	if !ok {
		return nil, status.Error(codes.NotFound, "no such artifact")
	}
	a = proto.Clone(a).(*datacatalog.Artifact)
	if tag != "" {
		a.Tags = []*datacatalog.Tag{{Name: tag, ArtifactId: artifact, Dataset: id}}
	}
	return a, nil
}

// GetArtifact is part of DataCatalog.
func (c *Catalog) GetArtifact(
	_ context.Context, r *datacatalog.GetArtifactRequest,
) (*datacatalog.GetArtifactResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, err := c.artifact(r.GetDataset(), r.GetArtifactId(), r.GetTagName())
	if err != nil {
		return nil, err
	}
	return &datacatalog.GetArtifactResponse{Artifact: a}, nil
}

// UpdateArtifact is part of DataCatalog.
func (c *Catalog) UpdateArtifact(
	_ context.Context, r *datacatalog.UpdateArtifactRequest,
) (*datacatalog.UpdateArtifactResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, err := c.artifact(r.GetDataset(), r.GetArtifactId(), r.GetTagName())
	if err != nil {
		return nil, err
	}
	a.Data, a.Metadata = r.GetData(), r.GetMetadata()
	c.artifacts[datasetKey(r.GetDataset(), a.GetId())] = a
	return &datacatalog.UpdateArtifactResponse{ArtifactId: a.GetId()}, nil
}

// AddTag is part of DataCatalog.
func (c *Catalog) AddTag(_ context.Context, r *datacatalog.AddTagRequest) (*datacatalog.AddTagResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := datasetKey(r.GetTag().GetDataset(), r.GetTag().GetName())
	if _, ok := c.tags[k]; ok {
		return nil, status.Error(codes.AlreadyExists, "the tag exists already")
	}
	c.tags[k] = r.GetTag().GetArtifactId()
	return &datacatalog.AddTagResponse{}, nil
}

// GetOrExtendReservation is part of DataCatalog.
func (c *Catalog) GetOrExtendReservation(
	_ context.Context, r *datacatalog.GetOrExtendReservationRequest,
) (*datacatalog.GetOrExtendReservationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := datasetKey(r.GetReservationId().GetDatasetId(), r.GetReservationId().GetTagName())
	held, ok := c.reservations[k]
	if !ok || held.GetOwnerId() == r.GetOwnerId() || held.GetExpiresAt().AsTime().Before(time.Now()) {
		held = &datacatalog.Reservation{
			ReservationId: r.GetReservationId(), OwnerId: r.GetOwnerId(), HeartbeatInterval: r.GetHeartbeatInterval(),
			ExpiresAt: timestamppb.New(time.Now().Add(3 * r.GetHeartbeatInterval().AsDuration())),
		}
		c.reservations[k] = held
	}
	return &datacatalog.GetOrExtendReservationResponse{Reservation: held}, nil
}

// ReleaseReservation is part of DataCatalog.
func (c *Catalog) ReleaseReservation(
	_ context.Context, r *datacatalog.ReleaseReservationRequest,
) (*datacatalog.ReleaseReservationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := datasetKey(r.GetReservationId().GetDatasetId(), r.GetReservationId().GetTagName())
	if held, ok := c.reservations[k]; ok && held.GetOwnerId() == r.GetOwnerId() {
		delete(c.reservations, k)
	}
	return &datacatalog.ReleaseReservationResponse{}, nil
}
