// Package components stands in for the package of the same name in Dapr, which
// links the client libraries of 140 services. These are the ones the app and
// its tests use; the types and versions are spelled as Dapr spells them.
//
// The resolver of a daprd outside of Kubernetes, mdns, is left out on purpose:
// it would call out on every network of the machine. daprd says so once in its
// log and goes on without calls from app to app.
package components

import (
	"github.com/dapr/components-contrib/bindings/cron"
	resolver "github.com/dapr/components-contrib/nameresolution/kubernetes"
	pubsubmemory "github.com/dapr/components-contrib/pubsub/in-memory"
	"github.com/dapr/components-contrib/pubsub/kafka"
	secrets "github.com/dapr/components-contrib/secretstores/kubernetes"
	"github.com/dapr/components-contrib/secretstores/local/file"
	statememory "github.com/dapr/components-contrib/state/in-memory"
	postgres "github.com/dapr/components-contrib/state/postgresql/v2"

	"github.com/dapr/dapr/pkg/components"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
)

func init() {
	bindings.DefaultRegistry.RegisterInputBinding(cron.NewCron, "cron")
	nameresolution.DefaultRegistry.RegisterComponent(resolver.NewResolver, "kubernetes")
	pubsub.DefaultRegistry.RegisterComponent(kafka.NewKafka, "kafka")
	pubsub.DefaultRegistry.RegisterComponent(pubsubmemory.New, "in-memory")
	secretstores.DefaultRegistry.RegisterComponent(secrets.NewKubernetesSecretStore, "kubernetes")
	secretstores.DefaultRegistry.RegisterComponent(file.NewLocalSecretStore, "local.file")
	state.DefaultRegistry.RegisterComponent(statememory.NewInMemoryStateStore, "in-memory")
	// Real Dapr takes v1 when a component names no version; only v2 is here, so it is an error.
	v2 := components.VersionConstructor{Version: "v2", Constructor: postgres.NewPostgreSQLStateStore}
	for _, name := range []string{"postgres", "postgresql"} {
		state.DefaultRegistry.RegisterComponentWithVersions(name, components.Versioning{Preferred: v2, Default: "v1"})
	}
}
