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
	if store := gateway.Environment["GATEWAY_WASM_SHAREDDATA_STORE"]; store == nil || *store != "redis" {
		t.Error("Redis is started but not used")
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
