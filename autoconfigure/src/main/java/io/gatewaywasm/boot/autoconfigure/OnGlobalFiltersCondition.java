package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if there are plugins on every route, so that nothing is in the way of requests
 * if there are none.
 */
final class OnGlobalFiltersCondition extends SpringBootCondition {

	private static final String PROPERTY = "gateway.wasm.global-filters";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		BindResult<List<String>> plugins = Binder.get(context.getEnvironment())
			.bind(PROPERTY, Bindable.listOf(String.class));
		boolean any = plugins.isBound() && !plugins.get().isEmpty();
		return new ConditionOutcome(any,
				ConditionMessage.forCondition(PROPERTY).because(any ? "is not empty" : "is empty"));
	}

}
