// A filter for testing hosts: it does to a stream's bodies what the stream's request headers x-body and x-body-resp
// ask for. filters/README.md lists the commands; body-rust understands the same ones.
package main

import (
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
}

func (p *plugin) NewHttpContext(contextID uint32) types.HttpContext {
	return &stream{
		request:  body{direction: request, contextID: contextID},
		response: body{direction: response, contextID: contextID},
	}
}

type stream struct {
	types.DefaultHttpContext
	request, response body
}

func (s *stream) OnHttpRequestHeaders(count int, endOfStream bool) types.Action {
	s.request.commands = commands("x-body")
	s.response.commands = commands("x-body-resp")
	return s.request.onHeaders(endOfStream)
}

func (s *stream) OnHttpRequestBody(size int, endOfStream bool) types.Action {
	return s.request.onChunk(size, endOfStream)
}

func (s *stream) OnHttpResponseHeaders(count int, endOfStream bool) types.Action {
	return s.response.onHeaders(endOfStream)
}

func (s *stream) OnHttpResponseBody(size int, endOfStream bool) types.Action {
	return s.response.onChunk(size, endOfStream)
}

func commands(header string) []string {
	value, err := proxywasm.GetHttpRequestHeader(header)
	if err != nil {
		return nil
	}
	return strings.Split(value, ",")
}
