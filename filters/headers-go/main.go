// A filter that adds a header to requests and responses, and logs both.
package main

import (
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
	greeting string
}

// OnPluginStart takes the whole configuration as the headers' value.
func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	p.greeting = "hello from Go"
	if size > 0 {
		configuration, err := proxywasm.GetPluginConfiguration()
		if err != nil {
			proxywasm.LogCriticalf("no configuration: %v", err)
			return types.OnPluginStartStatusFailed
		}
		p.greeting = string(configuration)
	}
	return types.OnPluginStartStatusOK
}

func (p *plugin) NewHttpContext(contextID uint32) types.HttpContext {
	return &stream{plugin: p, contextID: contextID}
}

type stream struct {
	types.DefaultHttpContext
	plugin    *plugin
	contextID uint32
}

func (s *stream) OnHttpRequestHeaders(count int, endOfStream bool) types.Action {
	proxywasm.LogInfof("headers-go request #%d: %d headers", s.contextID, count)
	if err := proxywasm.AddHttpRequestHeader("x-go", s.plugin.greeting); err != nil {
		proxywasm.LogErrorf("no request header added: %v", err)
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseHeaders(count int, endOfStream bool) types.Action {
	proxywasm.LogInfof("headers-go response #%d: %d headers", s.contextID, count)
	if err := proxywasm.AddHttpResponseHeader("x-go", s.plugin.greeting); err != nil {
		proxywasm.LogErrorf("no response header added: %v", err)
	}
	return types.ActionContinue
}

func (s *stream) OnHttpStreamDone() {
	proxywasm.LogInfof("headers-go done #%d", s.contextID)
}
