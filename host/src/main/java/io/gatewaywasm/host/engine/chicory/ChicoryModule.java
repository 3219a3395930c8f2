package io.gatewaywasm.host.engine.chicory;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CompiledModule} run by Chicory.
 */
final class ChicoryModule implements CompiledModule {

	static final String MORE_MEMORY = "Raise the plugin's 'limits.total-memory' or 'gateway.wasm.max-memory'.";

	static final String LARGER_HEAP = "Raise -Xmx, or lower 'vms'.";

	private final String sha256;

	private final int size;

	private final WasmModule module;

	private final Function<Instance, Machine> machineFactory;

	private final ModuleShape shape;

	private final String obstacle;

	private final Traps traps;

	private final CompilationReport report;

	ChicoryModule(String sha256, int size, WasmModule module, Function<Instance, Machine> machineFactory,
			ModuleShape shape, String obstacle, Traps traps, CompilationReport report) {
		this.sha256 = sha256;
		this.size = size;
		this.module = module;
		this.machineFactory = machineFactory;
		this.shape = shape;
		this.obstacle = obstacle;
		this.traps = traps;
		this.report = report;
	}

	@Override
	public String sha256() {
		return this.sha256;
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public List<FunctionImport> imports() {
		return this.shape.imports();
	}

	@Override
	public Map<String, FunctionSignature> exports() {
		return this.shape.exports();
	}

	@Override
	public long initialMemory() {
		return (long) this.shape.memory().initialPages() * Memory.PAGE_SIZE;
	}

	@Override
	public CompilationReport report() {
		return this.report;
	}

	@Override
	public @Nullable String restoreObstacle() {
		return this.obstacle.isEmpty() ? null : this.obstacle;
	}

	@Override
	public void load() {
		if (this.machineFactory instanceof StoredMachine stored) {
			stored.load();
		}
	}

	@Override
	public ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable, MemoryBudget budget)
			throws ModuleException {
		if (restorable && !this.obstacle.isEmpty()) {
			throw new ModuleException(this.obstacle);
		}
		MemoryShare share = new MemoryShare(budget);
		MemoryShare tables = new MemoryShare(budget);
		FlatMemory memory = null;
		boolean ok = false;
		try {
			reserveTables(tables);
			memory = InitialMemory.of(this.shape.memory(), maximumMemory).allocate(restorable, share);
			GuestMemory view = new FlatGuestMemory(memory);
			Instance instance = build(memory, tables, link(linker, view));
			initialize(instance);
			ok = true;
			return new ChicoryInstance(instance, memory, tables, view, this.shape.exports(), this.traps);
		}
		finally {
			if (!ok) {
				if (memory != null) {
					memory.close();
				}
				tables.close();
			}
		}
	}

	private void reserveTables(MemoryShare share) throws ModuleException {
		long bytes = InstanceSize.of(this.module, this.report.interpreted() > 0);
		if (!JavaHeap.current().reserveBriefly(bytes, CountedTable.ARRAYS)) {
			throw new ModuleException("The Java heap has no space for another instance, whose tables and globals need "
					+ bytes / 1024 + " KiB. " + LARGER_HEAP);
		}
		// Chicory copies data segments and keeps the copies of passive ones
		if (this.module.dataSection().dataSegmentCount() > 0 && !JavaHeap.current().reserveBriefly(this.size, 1)) {
			throw new ModuleException(
					"The Java heap has no space for the data segments of another instance. " + LARGER_HEAP);
		}
		if (!share.add(bytes)) {
			throw new ModuleException("No memory is left for another instance, whose tables and globals need "
					+ bytes / 1024 + " KiB. " + MORE_MEMORY);
		}
	}

	private ImportValues link(Linker linker, GuestMemory memory) {
		ImportValues.Builder values = ImportValues.builder();
		for (int i = 0; i < this.shape.imports().size(); i++) {
			FunctionImport functionImport = this.shape.imports().get(i);
			FunctionType type = ModuleShape.importType(this.module, i);
			WasmFunctionHandle handle = HostCall.of(linker.link(functionImport), memory, type.returns().size());
			values.addFunction(new HostFunction(functionImport.module(), functionImport.name(), type, handle));
		}
		return values.build();
	}

	private Instance build(FlatMemory memory, MemoryShare tables, ImportValues imports) throws ModuleException {
		try {
			long growth = ModuleShape.tableGrowth(this.module);
			return Instance.builder(this.module)
				.withUnsafeExecutionListener((this.report.interpreted() > 0) ? new InterpreterWatch() : null)
				.withImportValues(imports)
				.withInitialize(false)
				.withStart(false)
				.withMachineFactory(this.machineFactory)
				.withMemoryFactory((limits) -> memory)
				.withTableFactory((table, value) -> createTable(table, value, growth, tables))
				.build();
		}
		catch (ChicoryException | IndexOutOfBoundsException ex) {
			throw new ModuleException("The module cannot be instantiated: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Chicory grows a table by changing the module's limits, so each table gets its own
	 * copy.
	 */
	private static CountedTable createTable(Table table, int initialValue, long growth, MemoryShare share) {
		TableLimits limits = new TableLimits(table.limits().min(),
				Math.min(table.limits().max(), table.limits().min() + growth));
		return new CountedTable(new Table(table.elementType(), limits, table.initialize()), initialValue, share);
	}

	private void initialize(Instance instance) throws ModuleException {
		try {
			EmptyElementSegmentCheck.check(this.module);
			instance.initialize(false);
		}
		catch (UninstantiableException ex) {
			if (ex.getCause() != null) {
				throw this.traps.convert(ex.getCause());
			}
			throw new ModuleException("The module cannot be instantiated: " + ex.getMessage(), ex);
		}
		catch (RuntimeException | Error ex) {
			throw this.traps.convert(ex);
		}
	}

}
