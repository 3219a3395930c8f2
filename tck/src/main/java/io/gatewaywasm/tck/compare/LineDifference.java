package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * The differences between two lists of lines, by their longest common subsequence.
 */
final class LineDifference {

	private final List<String> left;

	private final List<String> right;

	private final int[][] common;

	LineDifference(List<String> left, List<String> right) {
		this.left = left;
		this.right = right;
		this.common = new int[left.size() + 1][right.size() + 1];
		for (int i = left.size() - 1; i >= 0; i--) {
			for (int j = right.size() - 1; j >= 0; j--) {
				this.common[i][j] = left.get(i).equals(right.get(j)) ? this.common[i + 1][j + 1] + 1
						: Math.max(this.common[i + 1][j], this.common[i][j + 1]);
			}
		}
	}

	List<Difference> hunks(String where) {
		List<Difference> hunks = new ArrayList<>();
		int i = 0;
		int j = 0;
		while (i < this.left.size() || j < this.right.size()) {
			int startLeft = i;
			int startRight = j;
			while (!atCommonLine(i, j) && (i < this.left.size() || j < this.right.size())) {
				boolean takeLeft = j == this.right.size()
						|| (i < this.left.size() && this.common[i + 1][j] >= this.common[i][j + 1]);
				i += takeLeft ? 1 : 0;
				j += takeLeft ? 0 : 1;
			}
			if (i > startLeft || j > startRight) {
				hunks.add(new Difference(where, String.join("\n", this.left.subList(startLeft, i)),
						String.join("\n", this.right.subList(startRight, j))));
			}
			while (atCommonLine(i, j)) {
				i++;
				j++;
			}
		}
		return hunks;
	}

	private boolean atCommonLine(int i, int j) {
		return i < this.left.size() && j < this.right.size() && this.left.get(i).equals(this.right.get(j));
	}

}
