package io.gatewaywasm.boot.cel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an expression whose cost must be known before they are made. The arguments
 * of a call are evaluated in order, so a call starts when its second argument has a
 * value.
 *
 * @param bySecond the calls by the ids of their second arguments
 * @param first the ids of all first arguments
 */
record CostlyCalls(Map<Long, Call> bySecond, Set<Long> first) {

	/** A call. {@code first} is the id of its first argument. */
	record Call(CostlyFunction function, long first) {

	}

	static CostlyCalls of(CelAbstractSyntaxTree ast) {
		Map<Long, Call> calls = new HashMap<>();
		CelNavigableAst.fromAst(ast)
			.getRoot()
			.allNodes()
			.filter((node) -> node.getKind() == Kind.CALL)
			.forEach((node) -> add(calls, node.expr()));
		return new CostlyCalls(Map.copyOf(calls),
				calls.values().stream().map(Call::first).collect(Collectors.toUnmodifiableSet()));
	}

	private static void add(Map<Long, Call> calls, CelExpr expression) {
		CostlyFunction function = CostlyFunction.find(expression.call().function());
		List<CelExpr> arguments = new ArrayList<>();
		expression.call().target().ifPresent(arguments::add);
		arguments.addAll(expression.call().args());
		if (function != null && arguments.size() == 2) {
			calls.put(arguments.get(1).id(), new Call(function, arguments.get(0).id()));
		}
	}

	/** Returns the call that starts when an expression has a value, or {@code null}. */
	@Nullable Call startingAfter(long id) {
		return this.bySecond.get(id);
	}

	/** Returns whether an expression is the first argument of such a call. */
	boolean isFirst(long id) {
		return this.first.contains(id);
	}

}
