// The headers-as filter on solo.io's SDK of 2020.

export * from "@solo-io/proxy-runtime/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  LogLevelValues,
  RootContext,
  log,
  registerRootContext,
  stream_context,
} from "@solo-io/proxy-runtime";
import { BufferTypeValues, get_buffer_bytes } from "@solo-io/proxy-runtime/runtime";

class Root extends RootContext {
  greeting: string = "hello from AssemblyScript";

  createContext(context_id: u32): Context {
    return new Stream(context_id, this);
  }

  // The SDK's own takes the configuration's size for the address that its size is written to.
  onConfigure(size: u32): bool {
    if (size > 0) {
      const configuration = get_buffer_bytes(BufferTypeValues.PluginConfiguration, 0, size);
      this.greeting = String.UTF8.decode(configuration);
    }
    return true;
  }
}

class Stream extends Context {
  greeting: string;

  constructor(context_id: u32, root: Root) {
    super(context_id, root);
    this.greeting = root.greeting;
  }

  onRequestHeaders(count: u32, end_of_stream: bool): FilterHeadersStatusValues {
    this.logHeaders("request", count);
    stream_context.headers.request.add("x-as-solo", this.greeting);
    return FilterHeadersStatusValues.Continue;
  }

  onResponseHeaders(count: u32, end_of_stream: bool): FilterHeadersStatusValues {
    this.logHeaders("response", count);
    stream_context.headers.response.add("x-as-solo", this.greeting);
    return FilterHeadersStatusValues.Continue;
  }

  onLog(): void {
    log(LogLevelValues.info, "headers-as-solo log #" + this.context_id.toString());
  }

  private logHeaders(direction: string, count: u32): void {
    const id = this.context_id.toString();
    log(LogLevelValues.info, "headers-as-solo " + direction + " #" + id + ": " + count.toString() + " headers");
  }
}

// Every root context that this SDK is asked for has to be registered by its root id.
registerRootContext((context_id: u32) => new Root(context_id), "headers_as_solo");
registerRootContext((context_id: u32) => new Root(context_id), "");
