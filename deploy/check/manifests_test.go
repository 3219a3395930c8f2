// Package check holds the Kubernetes manifests against the types of the API.
package check

import (
	"bytes"
	"os"
	"strings"
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

func TestManifestsDecodeStrictly(t *testing.T) {
	file, err := os.ReadFile("../kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, document := range bytes.Split(file, []byte("\n---\n")) {
		object, kind, err := decoder(t).Decode(document, nil, nil)
		if err != nil {
			t.Errorf("%v\n%s", err, document)
			continue
		}
		kinds = append(kinds, kind.Kind)
		if deployment, ok := object.(*v1.Deployment); ok && len(deployment.Spec.Template.Spec.Containers) == 0 {
			t.Error("the Deployment has no container")
		}
	}
	for _, kind := range []string{"Deployment", "ConfigMap", "Service", "HorizontalPodAutoscaler"} {
		if !strings.Contains(strings.Join(kinds, " "), kind) {
			t.Errorf("there is no %s among %v", kind, kinds)
		}
	}
}

func TestMistypedFieldIsRefused(t *testing.T) {
	manifest := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replica: 2}\n"
	if _, _, err := decoder(t).Decode([]byte(manifest), nil, nil); err == nil {
		t.Error("a field that no Deployment has is accepted")
	}
}
