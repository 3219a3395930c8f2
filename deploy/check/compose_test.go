package check

import (
	"context"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// Docker Compose reads the file with the same library, which validates it against the schema.
func TestComposeFileLoadsStrictly(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../compose.yaml"}, cli.WithName("gateway"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	gateway := project.Services["gateway"]
	if !has(gateway.Volumes, "cache", "/cache") {
		t.Errorf("the volume for modules is missing: %v", gateway.Volumes)
	}
	if url := gateway.Environment["SPRING_DATA_REDIS_URL"]; url == nil || *url != "redis://redis:6379" {
		t.Error("the gateway does not know the address of Redis")
	}
	if _, moved := gateway.Environment["GATEWAY_WASM_SHAREDDATA_STORE"]; moved {
		t.Error("the data of all filters is in Redis, so all filters run on worker threads")
	}
}

func has(volumes []types.ServiceVolumeConfig, source, target string) bool {
	for _, volume := range volumes {
		if volume.Source == source && volume.Target == target {
			return true
		}
	}
	return false
}
