// A filter that lets only requests with a known API key pass.
//
// Its configuration has a line for each key, the key and the client that holds it:
//
//   8f3a-demo-key alice
//   77c1-demo-key bob
//
// A request without x-api-key gets 401, one with an unknown key 403. The others go on with the client's name in
// x-client, and without the key.

export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  Headers,
  LogLevelValues,
  RootContext,
  log,
  makeHeaderPair,
  registerRootContext,
  send_http_response,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { ensureContext } from "@gcoredev/proxy-wasm-sdk-as/assembly/runtime";

class ApiKeyRoot extends RootContext {
  clients: Map<string, string> = new Map<string, string>();

  onConfigure(size: u32): bool {
    super.onConfigure(size);
    // When a VM ends, this SDK looks for the root context among those of streams, and aborts without one.
    ensureContext(this.context_id, this.context_id);
    const lines = this.getConfiguration().split("\n");
    for (let i = 0; i < lines.length; i++) {
      const words = lines[i].trim().split(" ");
      if (words.length == 2) {
        this.clients.set(words[0], words[1]);
      } else if (words[0].length > 0) {
        log(LogLevelValues.error, `line ${i + 1} of the configuration is not a key and a client`);
        return false;
      }
    }
    if (this.clients.size == 0) {
      log(LogLevelValues.error, "the configuration has no key");
    }
    return this.clients.size > 0;
  }

  createContext(context_id: u32): Context {
    return new ApiKey(context_id, this);
  }
}

class ApiKey extends Context {
  clients: Map<string, string>;

  constructor(context_id: u32, root: ApiKeyRoot) {
    super(context_id, root);
    this.clients = root.clients;
  }

  onRequestHeaders(count: u32, end_of_stream: bool): FilterHeadersStatusValues {
    const headers = stream_context.headers.request;
    const key = headers.get("x-api-key");
    if (key.length == 0) {
      return this.deny(401, "An API key is required");
    }
    if (!this.clients.has(key)) {
      return this.deny(403, "The API key is unknown");
    }
    headers.remove("x-api-key");
    headers.remove("x-client");
    headers.add("x-client", this.clients.get(key));
    return FilterHeadersStatusValues.Continue;
  }

  private deny(status: u32, reason: string): FilterHeadersStatusValues {
    const headers: Headers = [makeHeaderPair("content-type", "text/plain")];
    if (status == 401) {
      headers.push(makeHeaderPair("www-authenticate", "ApiKey"));
    }
    send_http_response(status, "api_key_denied", String.UTF8.encode(reason + "\n"), headers);
    return FilterHeadersStatusValues.StopIteration;
  }
}

registerRootContext((context_id: u32) => new ApiKeyRoot(context_id), "api_key");
