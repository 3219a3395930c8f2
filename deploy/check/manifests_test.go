// Package check holds the Kubernetes manifests against the types of the API, and the Compose file against its schema.
package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

func decoder(t *testing.T) runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{v1.AddToScheme, autoscaling.AddToScheme, core.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

func objects(t *testing.T) map[string]runtime.Object {
	file, err := os.ReadFile("../kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]runtime.Object{}
	for _, document := range bytes.Split(file, []byte("\n---\n")) {
		object, kind, err := decoder(t).Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		objects[kind.Kind] = object
	}
	return objects
}

func TestManifestsDecodeStrictly(t *testing.T) {
	objects := objects(t)
	for _, kind := range []string{"Deployment", "ConfigMap", "Service", "HorizontalPodAutoscaler"} {
		if objects[kind] == nil {
			t.Errorf("there is no %s", kind)
		}
	}
	if len(objects["Deployment"].(*v1.Deployment).Spec.Template.Spec.Containers) == 0 {
		t.Error("the Deployment has no container")
	}
}

// The kubelet makes an emptyDir with these permissions, whatever fsGroup says, and the gateway refuses a cache below such a
// directory. What the gateway sees of the volume must be a directory of its own.
func TestCacheIsWritableByTheGatewayOnly(t *testing.T) {
	pod := objects(t)["Deployment"].(*v1.Deployment).Spec.Template.Spec
	cache := mount(t, pod.Containers[0], "/cache")
	if cache.SubPath == "" || len(pod.InitContainers) == 0 {
		t.Fatal("the gateway sees the whole volume")
	}
	volume := t.TempDir()
	if err := syscall.Chmod(volume, 02777); err != nil {
		t.Fatal(err)
	}
	init := pod.InitContainers[0]
	var whole string
	for _, mount := range init.VolumeMounts {
		if mount.Name == cache.Name && mount.SubPath == "" {
			whole = mount.MountPath
		}
	}
	var command []string
	for _, argument := range init.Command {
		command = append(command, strings.Replace(argument, whole, volume, 1))
	}
	for start := 1; start <= 2; start++ {
		if output, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v %s", command, err, output)
		}
		status, err := os.Stat(filepath.Join(volume, cache.SubPath))
		if err != nil {
			t.Fatal(err)
		}
		if status.Mode().Perm() != 0700 {
			t.Errorf("the mode of the cache is %v", status.Mode())
		}
	}
	if policy := pod.SecurityContext.FSGroupChangePolicy; policy == nil || *policy != core.FSGroupChangeOnRootMismatch {
		t.Error("the kubelet opens the directories of a persistent cache for the group")
	}
}

func mount(t *testing.T, container core.Container, path string) core.VolumeMount {
	for _, mount := range container.VolumeMounts {
		if mount.MountPath == path {
			return mount
		}
	}
	t.Fatalf("nothing is mounted at %s", path)
	return core.VolumeMount{}
}

func TestMistypedFieldIsRefused(t *testing.T) {
	manifest := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replica: 2}\n"
	if _, _, err := decoder(t).Decode([]byte(manifest), nil, nil); err == nil {
		t.Error("a field that no Deployment has is accepted")
	}
}
