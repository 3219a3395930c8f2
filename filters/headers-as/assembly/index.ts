// A filter that adds a header to requests and responses, and logs both.

export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  LogLevelValues,
  RootContext,
  log,
  registerRootContext,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

class Root extends RootContext {
  createContext(context_id: u32): Context {
    return new Stream(context_id, this);
  }

  greeting(): string {
    const configuration = this.getConfiguration();
    return configuration.length > 0 ? configuration : "hello from AssemblyScript";
  }
}

class Stream extends Context {
  greeting: string;

  constructor(context_id: u32, root: Root) {
    super(context_id, root);
    this.greeting = root.greeting();
  }

  onRequestHeaders(count: u32, end_of_stream: bool): FilterHeadersStatusValues {
    log(LogLevelValues.info, `headers-as request #${this.context_id}: ${count} headers`);
    stream_context.headers.request.add("x-as", this.greeting);
    return FilterHeadersStatusValues.Continue;
  }

  onResponseHeaders(count: u32, end_of_stream: bool): FilterHeadersStatusValues {
    log(LogLevelValues.info, `headers-as response #${this.context_id}: ${count} headers`);
    stream_context.headers.response.add("x-as", this.greeting);
    return FilterHeadersStatusValues.Continue;
  }

  onLog(): void {
    log(LogLevelValues.info, `headers-as log #${this.context_id}`);
  }
}

registerRootContext((context_id: u32) => new Root(context_id), "headers_as");
