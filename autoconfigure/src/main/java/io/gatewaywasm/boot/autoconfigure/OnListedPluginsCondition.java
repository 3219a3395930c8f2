package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a property lists plugins. Otherwise, no filter is registered, and requests
 * are not affected.
 */
abstract class OnListedPluginsCondition extends SpringBootCondition {

	private final String property;

	OnListedPluginsCondition(String property) {
		this.property = property;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean any = isAnyListed(context.getEnvironment(), this.property);
		return new ConditionOutcome(any,
				ConditionMessage.forCondition(this.property).because(any ? "is not empty" : "is empty"));
	}

	static boolean isAnyListed(Environment environment, String property) {
		BindResult<List<String>> plugins = Binder.get(environment).bind(property, Bindable.listOf(String.class));
		return plugins.isBound() && !plugins.get().isEmpty();
	}

	/** Matches if plugins run on every route. */
	static final class OnGlobalFilters extends OnListedPluginsCondition {

		OnGlobalFilters() {
			super("gateway.wasm.global-filters");
		}

	}

	/** Matches if plugins run before routing. */
	static final class OnBeforeRouting extends OnListedPluginsCondition {

		OnBeforeRouting() {
			super("gateway.wasm.before-routing");
		}

	}

}
