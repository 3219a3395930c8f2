// A filter that verifies an ES256 signature (ECDSA, P-256, SHA-256), which is much work for one callback.
//
// Its configuration is a public key in PEM. A request passes if its header x-signature is a signature of its header
// x-signed by that key, ASN.1 in base64; it gets x-verified: true. Any other request is answered with 401.
package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// The filter is a library to its host: main never runs.
func main() {}

func init() {
	proxywasm.SetPluginContext(func(contextID uint32) types.PluginContext {
		return &plugin{}
	})
}

type plugin struct {
	types.DefaultPluginContext
	key *ecdsa.PublicKey
}

func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	configuration, err := proxywasm.GetPluginConfiguration()
	if err == nil {
		p.key, err = parse(configuration)
	}
	if err != nil {
		proxywasm.LogErrorf("no public key: %v", err)
		return types.OnPluginStartStatusFailed
	}
	return types.OnPluginStartStatusOK
}

func parse(configuration []byte) (*ecdsa.PublicKey, error) {
	block, _ := pem.Decode(configuration)
	if block == nil {
		return nil, errors.New("the configuration is not PEM")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("the key is of another algorithm")
	}
	return public, nil
}

func (p *plugin) NewHttpContext(contextID uint32) types.HttpContext {
	return &stream{plugin: p}
}

type stream struct {
	types.DefaultHttpContext
	plugin *plugin
}

func (s *stream) OnHttpRequestHeaders(count int, endOfStream bool) types.Action {
	if !s.verify() {
		if err := proxywasm.SendHttpResponse(401, nil, []byte("The signature is missing or wrong.\n"), -1); err != nil {
			proxywasm.LogErrorf("no answer: %v", err)
		}
		return types.ActionPause
	}
	if err := proxywasm.ReplaceHttpRequestHeader("x-verified", "true"); err != nil {
		proxywasm.LogErrorf("no header: %v", err)
	}
	return types.ActionContinue
}

func (s *stream) verify() bool {
	signed, err := proxywasm.GetHttpRequestHeader("x-signed")
	if err != nil {
		return false
	}
	encoded, err := proxywasm.GetHttpRequestHeader("x-signature")
	if err != nil {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return false
	}
	digest := sha256.Sum256([]byte(signed))
	return ecdsa.VerifyASN1(s.plugin.key, digest[:], signature)
}
