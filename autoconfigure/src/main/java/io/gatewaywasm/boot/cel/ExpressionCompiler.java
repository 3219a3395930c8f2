package io.gatewaywasm.boot.cel;

import java.util.List;
import java.util.Set;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableMutableAst;
import dev.cel.common.navigation.CelNavigableMutableExpr;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.parser.Operator;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;

/**
 * Compiles expressions without declared variables. As in Envoy, each name is resolved
 * when the expression is evaluated. Thread-safe.
 */
final class ExpressionCompiler {

	private static final int MAX_LENGTH = 16 * 1024;

	private static final int MAX_DEPTH = 100;

	private static final int MAX_ITERATIONS = 10_000;

	private static final CelOptions OPTIONS = CelOptions.current()
		.maxExpressionCodePointSize(MAX_LENGTH)
		.maxParseRecursionDepth(MAX_DEPTH)
		.comprehensionMaxIterations(MAX_ITERATIONS)
		.maxRegexProgramSize(CostlyFunction.MAX_REGEX)
		.evaluateCanonicalTypesToNativeValues(true)
		.enableHeterogeneousNumericComparisons(true)
		.build();

	/** Names of types, which are not variables. */
	private static final Set<String> TYPES = Set.of("bool", "bytes", "double", "int", "list", "map", "null_type",
			"string", "type", "uint");

	private final CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
		.setOptions(OPTIONS)
		.setStandardMacros(CelStandardMacro.STANDARD_MACROS)
		.build();

	private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

	Expression compile(String expression) throws CelValidationException, CelEvaluationException {
		CelAbstractSyntaxTree parsed = this.compiler.parse(expression).getAst();
		CelCompilerBuilder checker = this.compiler.toCompilerBuilder();
		CelNavigableAst.fromAst(parsed)
			.getRoot()
			.allNodes()
			.filter((node) -> node.getKind() == Kind.IDENT)
			.map((node) -> node.expr().ident().name())
			.filter((name) -> !TYPES.contains(name))
			.distinct()
			.forEach((name) -> checker.addVar(name, SimpleType.DYN));
		CelAbstractSyntaxTree checked = checker.build().check(withDynamicElements(parsed)).getAst();
		return new Expression(this.runtime.createProgram(checked), CostlyCalls.of(checked), expression.length());
	}

	/**
	 * Wraps each index expression in {@code dyn()}. Without it, the checker infers the
	 * type of an element from the first operator that is applied to it. For example,
	 * {@code +} would make it an integer, and the evaluation would fail if it is a
	 * string.
	 */
	private static CelAbstractSyntaxTree withDynamicElements(CelAbstractSyntaxTree parsed) {
		CelMutableAst ast = CelMutableAst.fromCelAst(parsed);
		List<CelMutableExpr> nodes = CelNavigableMutableAst.fromAst(ast)
			.getRoot()
			.allNodes()
			.map(CelNavigableMutableExpr::expr)
			.toList();
		long id = nodes.stream().mapToLong(CelMutableExpr::id).max().orElse(0);
		for (CelMutableExpr node : nodes) {
			if (node.getKind() == Kind.CALL && Operator.INDEX.getFunction().equals(node.call().function())) {
				CelMutableExpr element = CelMutableExpr.ofCall(node.id(), node.call());
				node.setCall(CelMutableCall.create("dyn", element));
				node.setId(++id);
			}
		}
		return ast.toParsedAst();
	}

}
