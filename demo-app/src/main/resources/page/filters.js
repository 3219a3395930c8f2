// The bundled filters with prepared requests. The configurations are those of application.yml.

export const filters = [
	{
		plugin: "hello-world",
		module: "hello_world.wasm",
		rootId: "hello_world",
		sources: ["hello-world/src/lib.rs"],
		title: "Hello world",
		language: "Rust",
		description: "Greets the upstream: sets the header x-hello to “Hello world from” and the authority of the request.",
		configuration: "",
		presets: [
			{ name: "A request", method: "GET", path: "/headers", headers: "", body: "" },
			{ name: "With a body", method: "POST", path: "/anything", headers: "content-type: text/plain", body: "Good morning" },
		],
	},
	{
		plugin: "feature-targeting",
		module: "feature_targeting.wasm",
		sources: ["feature-targeting/src/lib.rs"],
		title: "Feature targeting",
		language: "Rust",
		description: "Reads the features in the request header x-features. The first matching rule of the configuration sets"
			+ " x-target, which the upstream can use.",
		configuration: `{
  "features-header": "x-features",
  "target-header": "x-target",
  "rules": [
    { "features": ["beta", "new-checkout"], "target": "checkout-v2" },
    { "features": ["beta"], "target": "beta" }
  ],
  "default": "stable"
}`,
		presets: [
			{ name: "Two features", method: "GET", path: "/features/anything", headers: "x-features: beta, new-checkout", body: "" },
			{ name: "One feature", method: "GET", path: "/features/anything", headers: "x-features: beta", body: "" },
			{ name: "No feature", method: "GET", path: "/features/anything", headers: "", body: "" },
		],
	},
	{
		plugin: "api-key",
		module: "api_key.wasm",
		rootId: "api_key",
		sources: ["api-key/assembly/index.ts"],
		title: "API key",
		language: "AssemblyScript",
		description: "Rejects requests without a known x-api-key. For the others, the filter replaces the key by the name of"
			+ " its client.",
		configuration: `8f3a-demo-key alice
77c1-demo-key bob`,
		presets: [
			{ name: "Known key", method: "GET", path: "/keys/anything", headers: "x-api-key: 8f3a-demo-key", body: "" },
			{ name: "Unknown key", method: "GET", path: "/keys/anything", headers: "x-api-key: guessed", body: "" },
			{ name: "No key", method: "GET", path: "/keys/anything", headers: "", body: "" },
		],
	},
	{
		plugin: "body-rewrite",
		module: "body_rewrite.wasm",
		sources: ["body-rewrite/main.go"],
		title: "Body rewrite",
		language: "Go",
		description: "Replaces text in response bodies. The filter buffers a body until it is complete, because a match may"
			+ " span two chunks.",
		configuration: `4111 1111 1111 1111 => ****
secret => [redacted]`,
		presets: [
			{
				name: "JSON", method: "POST", path: "/rewrite/echo", headers: "content-type: application/json",
				body: "{\n  \"name\": \"Alice\",\n  \"card\": \"4111 1111 1111 1111\",\n  \"note\": \"a secret\"\n}",
				// For the playground, whose upstream does not echo the request.
				responseHeaders: "content-type: application/json",
				responseBody: "{\n  \"name\": \"Alice\",\n  \"card\": \"4111 1111 1111 1111\",\n  \"note\": \"a secret\"\n}",
			},
			{
				name: "Binary", method: "POST", path: "/rewrite/echo", headers: "content-type: application/octet-stream",
				body: "4111 1111 1111 1111",
			},
		],
	},
	{
		plugin: "ext-auth",
		module: "ext_auth.wasm",
		upstreams: "auth 200 x-user=alice",
		sources: ["ext-auth/src/lib.rs"],
		title: "External authorization",
		language: "Rust",
		description: "Pauses each request and calls another service. If the service allows the request, it continues with the"
			+ " x-user of the response.",
		configuration: `{
  "upstream": "auth",
  "path": "/check",
  "timeout-ms": 1000,
  "send-headers": ["authorization"],
  "accept-headers": ["x-user"]
}`,
		presets: [
			{ name: "Known token", method: "GET", path: "/auth/anything", headers: "authorization: Bearer demo-token", body: "" },
			{ name: "Unknown token", method: "GET", path: "/auth/anything", headers: "authorization: Bearer guessed", body: "" },
		],
	},
	{
		plugin: "rate-limit",
		module: "rate_limit.wasm",
		sources: ["rate-limit/src/lib.rs", "rate-limit/src/bucket.rs"],
		title: "Rate limit",
		language: "Rust",
		description: "Allows five requests in ten seconds. The tokens are in shared data of all VMs of the plugin, and a timer"
			+ " adds new ones.",
		configuration: `{ "requests": 5, "period-ms": 10000 }`,
		presets: [
			{ name: "A request", method: "GET", path: "/limited/anything", headers: "", body: "" },
			{ name: "Six in a row", method: "GET", path: "/limited/anything", headers: "", body: "", times: 6 },
		],
	},
];
