package engine

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	adminclient "github.com/flyteorg/flyte/flyteidl/clients/go/admin"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	k8splugins "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/pod" // Registers the plugin of containers and pods.
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/testing" // Registers the plugin of echo tasks.
	"github.com/flyteorg/flyte/flytepropeller/events"
	propeller "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/catalog"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/subworkflow/launchplan"
	tasks "github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/task/config"
	"github.com/flyteorg/flyte/flytestdlib/config"
	"github.com/flyteorg/flyte/flytestdlib/contextutils"
	"github.com/flyteorg/flyte/flytestdlib/logger"
	"github.com/flyteorg/flyte/flytestdlib/promutils/labeled"
	"github.com/flyteorg/flyte/flytestdlib/storage"
	"github.com/flyteorg/stow/local"
)

// configure sets the global configuration of propeller, its plugins and its clients.
func configure(ctx context.Context, o Options) (*propeller.Config, error) {
	labeled.SetMetricKeys(contextutils.ProjectKey, contextutils.DomainKey, contextutils.WorkflowIDKey,
		contextutils.TaskIDKey)
	level := o.LogLevel
	mute := level < 0
	if mute {
		level = logger.PanicLevel
	}
	err := logger.SetConfig(&logger.Config{
		Level: level, Mute: mute, Formatter: logger.FormatterConfig{Type: logger.FormatterText},
	})
	if err != nil {
		return nil, err
	}

	// References are file:///PATH: a container without a name in a location that starts at the root.
	err = storage.ConfigSection.SetConfig(&storage.Config{
		Type:                  storage.TypeStow,
		Stow:                  storage.StowConfig{Kind: local.Kind, Config: map[string]string{"path": "/"}},
		InitContainer:         "/",
		MultiContainerEnabled: true,
		Limits:                storage.LimitsConfig{GetLimitMegabytes: 10},
	})
	if err != nil {
		return nil, err
	}

	endpoint, err := url.Parse("dns:///" + o.AdminEndpoint)
	if err != nil {
		return nil, err
	}
	adminCfg := adminclient.GetConfig(ctx)
	adminCfg.Endpoint = config.URL{URL: *endpoint}
	adminCfg.UseInsecureConnection = true
	if o.ClientID != "" {
		secret := filepath.Join(o.DataDir, "engine-client-secret")
		if err := os.WriteFile(secret, []byte(o.ClientSecret), 0o600); err != nil {
			return nil, err
		}
		adminCfg.ClientID = o.ClientID
		adminCfg.ClientSecretLocation = secret
	}

	eventCfg := events.GetConfig(ctx)
	eventCfg.Type = events.EventSinkAdmin
	eventCfg.Rate = 10000
	eventCfg.Capacity = 10000

	if o.CatalogEndpoint != "" {
		catalogCfg := catalog.GetConfig()
		catalogCfg.Type = catalog.DataCatalogType
		catalogCfg.Endpoint = "dns:///" + o.CatalogEndpoint
		catalogCfg.Insecure = true
		catalogCfg.MaxRetries = 2
	}

	launcher := launchplan.GetAdminConfig()
	launcher.TPS = 1000
	launcher.Burst = 1000
	launcher.Workers = 2
	launcher.CacheResyncDuration = config.Duration{Duration: 200 * time.Millisecond}

	taskCfg := tasks.GetConfig()
	taskCfg.TaskPlugins.EnabledPlugins = []string{"container", "sidecar", "echo"}
	taskCfg.TaskPlugins.DefaultForTaskTypes = map[string]string{
		"container": "container", "python-task": "container", "raw-container": "container", "sidecar": "sidecar",
		"echo": "echo",
	}

	podCfg := k8splugins.GetK8sPluginConfig()
	podCfg.DefaultEnvVars = map[string]string{}
	err = logs.SetLogConfig(&logs.LogConfig{Templates: []tasklog.TemplateLogPlugin{{
		DisplayName:  "Log",
		TemplateURIs: []tasklog.TemplateURI{"file://" + filepath.Join(o.DataDir, "logs") + "/{{ .podName }}.log"},
	}}})
	if err != nil {
		return nil, err
	}

	cfg := propeller.GetConfig()
	cfg.Workers = o.Workers
	// What nobody reports, such as the end of a sleep or a signal, is seen at the next of these; 1 s is the shortest.
	cfg.WorkflowReEval = config.Duration{Duration: time.Second}
	cfg.DownstreamEval = config.Duration{Duration: time.Second}
	cfg.Queue.BatchingInterval = config.Duration{Duration: 20 * time.Millisecond}
	cfg.Queue.Queue.Type = propeller.WorkqueueTypeMaxOfRateLimiter
	cfg.Queue.Queue.BaseDelay = config.Duration{Duration: 5 * time.Millisecond}
	cfg.Queue.Queue.MaxDelay = config.Duration{Duration: 500 * time.Millisecond}
	cfg.EnableAdminLauncher = true
	cfg.MetadataPrefix = strings.TrimPrefix(filepath.Join(o.DataDir, "metadata"), "/")
	cfg.DefaultRawOutputPrefix = RawOutputPrefix(o.DataDir)
	cfg.LeaderElection.Enabled = false
	cfg.PublishK8sEvents = false
	cfg.NodeExecutionWorkerCount = 4
	if o.InlineOutputs {
		cfg.EventConfig.RawOutputPolicy = propeller.RawOutputPolicyInline
	}
	return cfg, nil
}
