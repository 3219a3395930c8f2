// A filter that replaces text in response bodies.
//
// Its configuration has a line for each replacement:
//
//	old text => new text
//	4111 1111 1111 1111 => ****
//
// A body is held until it is complete, rewritten and sent on. Encoded ones (gzip, br) pass as they are, as do event
// streams, which have no end, and all that is not text, JSON or XML.
package main

import (
	"bytes"
	"strings"

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
	replacements []replacement
}

type replacement struct {
	old, new []byte
}

func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	configuration, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		proxywasm.LogErrorf("no configuration: %v", err)
		return types.OnPluginStartStatusFailed
	}
	for _, line := range strings.Split(string(configuration), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		old, new, found := strings.Cut(line, "=>")
		old, new = strings.TrimSpace(old), strings.TrimSpace(new)
		if !found || old == "" {
			proxywasm.LogErrorf("not a replacement: %q", line)
			return types.OnPluginStartStatusFailed
		}
		p.replacements = append(p.replacements, replacement{[]byte(old), []byte(new)})
	}
	return types.OnPluginStartStatusOK
}

func (p *plugin) NewHttpContext(contextID uint32) types.HttpContext {
	return &stream{plugin: p}
}

type stream struct {
	types.DefaultHttpContext
	plugin   *plugin
	rewrites bool
}

func (s *stream) OnHttpResponseHeaders(count int, endOfStream bool) types.Action {
	s.rewrites = !endOfStream && isPlainText()
	if s.rewrites {
		// The body's length is about to change.
		if err := proxywasm.RemoveHttpResponseHeader("content-length"); err != nil {
			proxywasm.LogWarnf("content-length is still there: %v", err)
		}
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseBody(size int, endOfStream bool) types.Action {
	if !s.rewrites {
		return types.ActionContinue
	}
	if !endOfStream {
		return types.ActionPause
	}
	if size == 0 {
		return types.ActionContinue
	}
	body, err := proxywasm.GetHttpResponseBody(0, size)
	if err != nil {
		proxywasm.LogErrorf("no body: %v", err)
		return types.ActionContinue
	}
	for _, r := range s.plugin.replacements {
		body = bytes.ReplaceAll(body, r.old, r.new)
	}
	if err := proxywasm.ReplaceHttpResponseBody(body); err != nil {
		proxywasm.LogErrorf("body not replaced: %v", err)
	}
	return types.ActionContinue
}

func isPlainText() bool {
	encoding, err := proxywasm.GetHttpResponseHeader("content-encoding")
	if err == nil && encoding != "identity" {
		return false
	}
	contentType, _ := proxywasm.GetHttpResponseHeader("content-type")
	if strings.HasPrefix(contentType, "text/event-stream") {
		return false
	}
	return strings.HasPrefix(contentType, "text/") ||
		strings.Contains(contentType, "json") ||
		strings.Contains(contentType, "xml")
}
