package io.gatewaywasm.testsupport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/**
 * Finds groups of classes of one package that all depend on each other, directly or
 * through others of the group. Nested classes count as part of their outermost class, and
 * a sealed type and its permitted types as one, if it permits several.
 */
public final class Knots {

	/** The largest group that a package may have. */
	private static final int LARGEST = 5;

	private final Map<String, Set<String>> uses = new TreeMap<>();

	private final Map<String, Integer> index = new HashMap<>();

	private final Map<String, Integer> lowest = new HashMap<>();

	private final Deque<String> path = new ArrayDeque<>();

	private final List<Set<String>> found = new ArrayList<>();

	private Knots() {
	}

	/**
	 * Returns the groups of more than five classes in the packages of some classes, by
	 * the names of their classes. Fails if there are no classes, because the name of the
	 * package is then wrong.
	 */
	public static List<Set<String>> tooLarge(JavaClasses classes) {
		if (classes.isEmpty()) {
			throw new IllegalArgumentException("There are no classes");
		}
		return classes.stream()
			.map(JavaClass::getPackageName)
			.distinct()
			.flatMap((name) -> of(classes, name).stream())
			.filter((knot) -> knot.size() > LARGEST)
			.toList();
	}

	/**
	 * Returns the groups of at least two classes in a package, by the names of their
	 * classes.
	 */
	private static List<Set<String>> of(JavaClasses classes, String packageName) {
		Knots knots = new Knots();
		for (JavaClass type : classes) {
			if (type.getPackageName().equals(packageName)) {
				knots.add(type);
			}
		}
		for (String name : knots.uses.keySet()) {
			if (!knots.index.containsKey(name)) {
				knots.visit(name);
			}
		}
		return knots.found;
	}

	private void add(JavaClass type) {
		Set<String> used = this.uses.computeIfAbsent(unit(type), (key) -> new TreeSet<>());
		type.getDirectDependenciesFromSelf().forEach((dependency) -> {
			JavaClass target = dependency.getTargetClass().getBaseComponentType();
			if (target.getPackageName().equals(type.getPackageName()) && !unit(target).equals(unit(type))) {
				used.add(unit(target));
			}
		});
	}

	/** Returns the name under which a class is counted. */
	private static String unit(JavaClass type) {
		JavaClass outer = type;
		while (outer.getEnclosingClass().isPresent()) {
			outer = outer.getEnclosingClass().get();
		}
		return sealedRoot(outer.reflect()).getName();
	}

	private static Class<?> sealedRoot(Class<?> type) {
		List<Class<?>> parents = new ArrayList<>(List.of(type.getInterfaces()));
		if (type.getSuperclass() != null) {
			parents.add(type.getSuperclass());
		}
		for (Class<?> parent : parents) {
			// A sealed type that permits one class is only a class in two files
			if (parent.isSealed() && parent.getPermittedSubclasses().length > 1
					&& parent.getPackage() == type.getPackage()) {
				return sealedRoot(parent);
			}
		}
		return type;
	}

	/** Tarjan's algorithm. */
	private void visit(String name) {
		this.index.put(name, this.index.size());
		this.lowest.put(name, this.index.get(name));
		this.path.push(name);
		for (String used : this.uses.getOrDefault(name, Set.of())) {
			if (!this.index.containsKey(used)) {
				visit(used);
				this.lowest.merge(name, this.lowest.get(used), Math::min);
			}
			else if (this.path.contains(used)) {
				this.lowest.merge(name, this.index.get(used), Math::min);
			}
		}
		if (this.lowest.get(name).equals(this.index.get(name))) {
			Set<String> knot = new TreeSet<>();
			String member;
			do {
				member = this.path.pop();
				knot.add(member);
			}
			while (!member.equals(name));
			if (knot.size() > 1) {
				this.found.add(knot);
			}
		}
	}

}
