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
	 * describes a whole proxy, so its filters call no clusters of other documents.
	 */
	void declare() {
		for (Document document : this.documents) {
			List<Document> searched = document.clusters().isEmpty() ? this.documents : List.of(document);
			for (Document other : searched) {
				other.clusters()
					.stream()
					.filter((cluster) -> document.isNamed(cluster.text("name", "")))
					.forEach((cluster) -> declare(other.file(), cluster));
			}
		}
	}

	private void declare(String file, Fields cluster) {
		String name = cluster.text("name", "");
		List<Fields> endpoints = cluster.object("load_assignment")
			.objects("endpoints")
			.stream()
			.flatMap((locality) -> locality.objects("lb_endpoints").stream())
			.map((endpoint) -> endpoint.object("endpoint").object("address").object("socket_address"))
			.toList();
		if (endpoints.isEmpty()) {
			this.conversion.note("Cluster '%s' has no endpoints. Declare it under `gateway.wasm.upstreams`.", name);
			return;
		}
		if (endpoints.size() > 1) {
			this.conversion.note(
					"Cluster '%s' has %d endpoints; the upstream contains only the first. Use `lb://service` for several.",
					name, endpoints.size());
		}
		boolean tls = cluster.has("transport_socket");
		Fields address = endpoints.get(0);
		String uri = "%s://%s:%d".formatted(tls ? "https" : "http", address.text("address", "localhost"),
				address.number("port_value"));
		String declared = this.conversion.upstream(name.replaceFirst("[-_]?cluster$", ""), uri, name);
		if (!declared.equals(uri)) {
			this.conversion.note(
					"%s: `%s` is the cluster '%s' with '%s', but the upstream of this name has '%s'. Convert the documents"
							+ " separately, or rename the cluster here and in the filter's configuration.",
					file, cluster.path(), name, uri, declared);
		}
	}

	/**
	 * A document of Envoy.
	 *
	 * @param file its file
	 * @param clusters its clusters
	 * @param configurations the configurations of its filters
	 */
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
		boolean add(String parent, String field, String path, @Nullable Object value) {
			if (!(value instanceof List<?> list)) {
				return false;
			}
			switch (field) {
				case "clusters" -> {
					// The clusters of a weighted route are only names and weights.
					if (parent.endsWith("weighted_clusters") || parent.endsWith("weightedClusters")) {
						return false;
					}
					addAll(path, list, "");
				}
				case "static_clusters", "staticClusters", "dynamic_active_clusters", "dynamicActiveClusters" ->
					addAll(path, list, "cluster");
				case "dynamic_warming_clusters", "dynamicWarmingClusters" -> {
					// The proxy does not use these yet.
				}
				default -> {
					return false;
				}
			}
			return true;
		}

		private void addAll(String path, List<?> list, String field) {
			for (int index = 0; index < list.size(); index++) {
				if (list.get(index) instanceof Map<?, ?> map) {
					Fields element = new Fields("%s[%d]".formatted(path, index), map);
					this.clusters.add(field.isEmpty() ? element : element.object(field));
				}
			}
		}

		private boolean isNamed(String cluster) {
			return !cluster.isEmpty() && this.configurations.stream().anyMatch((text) -> text.contains(cluster));
		}

	}

}
