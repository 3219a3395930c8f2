// The bundled filters: what they are, and requests to begin with. The configurations are those of application.yml.

export const filters = [
	{
		plugin: "hello-world",
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
		title: "Feature targeting",
		language: "Rust",
		description: "Reads the features that a request lists in x-features. The first rule of the configuration that fits"
			+ " decides on x-target, by which an upstream or a later route can choose.",
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
		title: "API key",
		language: "AssemblyScript",
		description: "Lets only requests with a known x-api-key pass, and tells the upstream whose key it is instead of the"
			+ " key. The others never reach the upstream.",
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
		title: "Body rewrite",
		language: "Go",
		description: "Replaces text in response bodies. It holds a body until it is complete, since what it looks for may"
			+ " lie across two parts of it.",
		configuration: `4111 1111 1111 1111 => ****
secret => [redacted]`,
		presets: [
			{
				name: "JSON", method: "POST", path: "/rewrite/echo", headers: "content-type: application/json",
				body: "{\n  \"name\": \"Alice\",\n  \"card\": \"4111 1111 1111 1111\",\n  \"note\": \"a secret\"\n}",
			},
			{
				name: "Not a text", method: "POST", path: "/rewrite/echo", headers: "content-type: application/octet-stream",
				body: "4111 1111 1111 1111",
			},
		],
	},
	{
		plugin: "ext-auth",
		title: "External authorization",
		language: "Rust",
		description: "Holds each request while it asks another service, and lets it go on, with the x-user of the answer,"
			+ " if that service says so.",
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
		title: "Rate limit",
		language: "Rust",
		description: "Lets five requests pass in ten seconds. The tokens are in data that all VMs of the plugin share; the"
			+ " ticks of its timer bring new ones.",
		configuration: `{ "requests": 5, "period-ms": 10000 }`,
		presets: [
			{ name: "A request", method: "GET", path: "/limited/anything", headers: "", body: "" },
			{ name: "Six in a row", method: "GET", path: "/limited/anything", headers: "", body: "", times: 6 },
		],
	},
];
