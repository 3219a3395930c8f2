package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The clusters in documents of Envoy, as in a bootstrap, a file of the cluster discovery
 * service or a dump of the configuration, and the filter configurations that can name
 * them.
 */
final class EnvoyClusters {

	private static final String TYPE = "/envoy.config.cluster.v3.Cluster";

	/**
	 * Fields that tell a cluster apart from the clusters of other tools and from those of
	 * a weighted route, which are only names and weights.
	 */
	private static final List<String> FIELDS = List.of("load_assignment", "type", "cluster_type", "eds_cluster_config",
			"connect_timeout", "lb_policy", "load_balancing_policy", "transport_socket", "transport_socket_matches",
			"typed_extension_protocol_options", "http2_protocol_options", "dns_lookup_family", "health_checks",
			"outlier_detection", "circuit_breakers");

	private final Conversion conversion;

	private final List<Document> documents = new ArrayList<>();

	EnvoyClusters(Conversion conversion) {
		this.conversion = conversion;
	}

	/** Begins a document. */
	Document document(String file) {
		Document document = new Document(file, new ArrayList<>(), new ArrayList<>());
		this.documents.add(document);
		return document;
	}

	/**
	 * Declares the clusters that a filter's configuration names. A document with clusters
	 * and filters describes a whole proxy, so its filters call no clusters of other
	 * proxies. Its other clusters can come from a discovery service, and so from
	 * documents without filters.
	 */
	void declare() {
		for (Document document : this.documents) {
			if (document.clusters().isEmpty()) {
				this.documents.forEach((other) -> declareNamed(document, other));
			}
			else {
				declareNamed(document, document);
				this.documents.stream()
					.filter((other) -> other.configurations().isEmpty())
					.forEach((other) -> declareMissing(document, other));
			}
		}
	}

	private void declareNamed(Document document, Document other) {
		other.clusters()
			.stream()
			.filter((cluster) -> document.isNamed(cluster.text("name", "")))
			.forEach((cluster) -> declare(other.file(), cluster));
	}

	private void declareMissing(Document document, Document other) {
		for (Fields cluster : other.clusters()) {
			String name = cluster.text("name", "");
			if (document.isNamed(name) && !document.contains(name)) {
				this.conversion.note(
						"%s: the clusters of this document do not contain '%s', so that the upstream is `%s` of %s."
								+ " Check that both describe the same proxy.",
						document.file(), name, cluster.path(), other.file());
				declare(other.file(), cluster);
			}
		}
	}

	private void declare(String file, Fields cluster) {
		String name = cluster.text("name", "");
		List<Fields> endpoints = endpoints(cluster);
		if (endpoints.isEmpty()) {
			this.conversion.note("Cluster '%s' has no endpoints. Declare it under `gateway.wasm.upstreams`.", name);
			return;
		}
		if (endpoints.size() > 1) {
			this.conversion.note(
					"Cluster '%s' has %d endpoints; the upstream contains only the first. Use `lb://service` for several.",
					name, endpoints.size());
		}
		Fields address = endpoints.get(0);
		String host = address.text("address", "localhost");
		String uri = "%s://%s:%d".formatted(isTls(cluster.object("transport_socket")) ? "https" : "http", host,
				address.number("port_value"));
		String declared = this.conversion.upstream(name.replaceFirst("[-_]?cluster$", ""), uri, name);
		if (!declared.equals(uri)) {
			this.conversion.note(
					"%s: `%s` is the cluster '%s' with '%s', but the upstream of this name has '%s'. Convert the documents"
							+ " separately, or rename the cluster here and in the filter's configuration.",
					file, cluster.path(), name, uri, declared);
		}
		leaveOutDefaults(cluster);
		cluster.unread((field) -> this.conversion.note("Cluster '%s': `%s` has no equivalent.", name, field));
	}

	private static void leaveOutDefaults(Fields cluster) {
		cluster.leaveOut("@type", "type");
		cluster.leaveOutDefault("connect_timeout", "5s");
		cluster.leaveOutDefault("lb_policy", "ROUND_ROBIN");
		cluster.leaveOutDefault("dns_lookup_family", "AUTO");
	}

	/** Returns the addresses with a host. Others are those of sockets of the machine. */
	private static List<Fields> endpoints(Fields cluster) {
		Fields assignment = cluster.object("load_assignment");
		assignment.leaveOut("cluster_name");
		List<Fields> endpoints = assignment.objects("endpoints")
			.stream()
			.flatMap((locality) -> locality.objects("lb_endpoints").stream())
			.map((endpoint) -> endpoint.object("endpoint").object("address").object("socket_address"))
			.filter((address) -> address.has("address"))
			.toList();
		endpoints.forEach((address) -> address.leaveOut("address", "port_value"));
		return endpoints;
	}

	/** Returns whether connections use TLS. */
	private static boolean isTls(Fields socket) {
		boolean isTls = !socket.isEmpty() && !socket.text("name", "").endsWith("raw_buffer");
		Fields configuration = socket.object("typed_config");
		configuration.leaveOut("@type");
		return isTls;
	}

	/** A document of Envoy. */
	record Document(String file, List<Fields> clusters, List<String> configurations) {

		/** Takes an object that is a cluster by its type, and returns whether it is. */
		boolean add(Fields object, @Nullable Object type) {
			boolean isCluster = type instanceof String name && name.endsWith(TYPE);
			if (isCluster) {
				this.clusters.add(object);
			}
			return isCluster;
		}

		/**
		 * Takes the value of a field that contains clusters, and returns whether it does.
		 */
		boolean add(String field, String path, @Nullable Object value) {
			if (!(value instanceof List<?> list)) {
				return false;
			}
			List<Fields> objects = objects(path, list);
			return switch (field) {
				case "clusters" -> this.clusters.addAll(objects.stream().filter(Document::isCluster).toList());
				case "static_clusters", "staticClusters", "dynamic_active_clusters", "dynamicActiveClusters" ->
					this.clusters.addAll(objects.stream().map((object) -> object.object("cluster")).toList());
				// The proxy does not use these yet.
				case "dynamic_warming_clusters", "dynamicWarmingClusters" -> true;
				default -> false;
			};
		}

		private static boolean isCluster(Fields object) {
			return FIELDS.stream().anyMatch(object::has);
		}

		private static List<Fields> objects(String path, List<?> list) {
			List<Fields> objects = new ArrayList<>();
			for (int index = 0; index < list.size(); index++) {
				if (list.get(index) instanceof Map<?, ?> map) {
					objects.add(new Fields("%s[%d]".formatted(path, index), map));
				}
			}
			return objects;
		}

		private boolean contains(String cluster) {
			return this.clusters.stream().anyMatch((own) -> cluster.equals(own.text("name", "")));
		}

		private boolean isNamed(String cluster) {
			return !cluster.isEmpty() && this.configurations.stream().anyMatch((text) -> text.contains(cluster));
		}

	}

}
