package io.gatewaywasm.inspect;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.plugin.ModuleReport;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the result as JSON.
 */
final class JsonReport {

	private JsonReport() {
	}

	static String of(Inspection inspection) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
			json.writeStartObject();
			json.writeStringProperty("file", inspection.file());
			json.writeBooleanProperty("runs", inspection.runs());
			Inspection.Problem problem = inspection.problem();
			if (problem != null) {
				json.writeStringProperty("problem", problem.message());
				json.writeStringProperty("remedy", problem.remedy());
			}
			if (inspection.module() != null && inspection.report() != null) {
				write(json, inspection.module(), inspection.report());
			}
			json.writeEndObject();
		}
		return text.append('\n').toString();
	}

	private static void write(JsonGenerator json, CompiledModule module, ModuleReport report) {
		json.writeStringProperty("sha256", module.sha256());
		json.writeNumberProperty("size", module.size());
		json.writeStringProperty("abiVersion", report.abiVersion());
		json.writeBooleanProperty("abiMarked", report.abiMarked());
		json.writeNumberProperty("initialMemory", report.memory());
		json.writeNumberProperty("functions", module.report().functions());
		json.writeNumberProperty("interpretedFunctions", module.report().interpreted());
		names(json, "callbacks", report.callbacks());
		names(json, "neverCalled", report.neverCalled());
		json.writeArrayPropertyStart("imports");
		report.functions().forEach((function) -> write(json, function));
		json.writeEndArray();
		json.writeArrayPropertyStart("needs");
		report.needs().forEach((need) -> {
			json.writeStartObject();
			json.writeStringProperty("property", need.property());
			json.writeStringProperty("reason", need.reason());
			json.writeEndObject();
		});
		json.writeEndArray();
		names(json, "warnings", report.warnings());
	}

	private static void write(JsonGenerator json, ModuleReport.Function function) {
		json.writeStartObject();
		json.writeStringProperty("name", function.name());
		json.writeStringProperty("support", function.support().name().toLowerCase(Locale.ROOT));
		json.writeBooleanProperty("mayFailOpen", function.mayFailOpen());
		if (function.effect() != null) {
			json.writeStringProperty("effect", function.effect());
		}
		json.writeEndObject();
	}

	private static void names(JsonGenerator json, String name, List<String> values) {
		json.writeArrayPropertyStart(name);
		values.forEach(json::writeString);
		json.writeEndArray();
	}

}
