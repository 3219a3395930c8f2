// Memory, the line that is being logged, and the words of a script.

extern u8 __heap_base;
static u32 heap_floor, heap_next;

void *memcpy(void *to, const void *from, unsigned long size)
{
	u8 *target = to;
	const u8 *source = from;
	while (size--)
		*target++ = *source++;
	return to;
}

void *memset(void *to, int value, unsigned long size)
{
	u8 *target = to;
	while (size--)
		*target++ = (u8)value;
	return to;
}

static u32 length_of(const char *text)
{
	u32 length = 0;
	while (text[length])
		length++;
	return length;
}

// A bump allocator. What is allocated in a callback is gone with it, except while a script is loaded.
#ifdef PROBE
static void *allocate(unsigned long size);
static int out_of_memory;

// The allocator that the host calls; after the script's line no-memory it fails.
EXPORT(malloc) void *allocate_for_host(unsigned long size)
{
	return out_of_memory ? 0 : allocate(size);
}

static void *allocate(unsigned long size)
#else
EXPORT(malloc) void *allocate(unsigned long size)
#endif
{
	if (!heap_next)
		heap_next = heap_floor = ((u32)&__heap_base + 15) & ~15u;
	u32 start = heap_next;
	heap_next = (u32)(start + size + 15) & ~15u;
	u32 available = __builtin_wasm_memory_size(0) * 65536u;
	if (heap_next > available &&
	    __builtin_wasm_memory_grow(0, (heap_next - available + 65535) / 65536) == (unsigned long)-1)
		return 0;
	return (void *)start;
}

// --- Text --------------------------------------------------------------------

typedef struct {
	const u8 *data;
	u32 size;
} text;

static text of(const char *literal)
{
	return (text){ (const u8 *)literal, length_of(literal) };
}

static int same(text left, text right)
{
	if (left.size != right.size)
		return 0;
	for (u32 i = 0; i < left.size; i++)
		if (left.data[i] != right.data[i])
			return 0;
	return 1;
}

static int is(text word, const char *literal)
{
	return same(word, of(literal));
}

static int starts_with(text word, const char *prefix)
{
	u32 size = length_of(prefix);
	return word.size >= size && same((text){ word.data, size }, of(prefix));
}

static text after(text word, u32 size)
{
	return (text){ word.data + size, word.size - size };
}

static u64 number(text word)
{
	int negative = word.size && word.data[0] == '-';
	u64 value = 0;
	for (u32 i = negative; i < word.size && word.data[i] >= '0' && word.data[i] <= '9'; i++)
		value = value * 10 + (word.data[i] - '0');
	return negative ? -value : value;
}

static int index_of(text word, u8 character)
{
	for (u32 i = 0; i < word.size; i++)
		if (word.data[i] == character)
			return (int)i;
	return -1;
}

// --- The line to log ---------------------------------------------------------

#define LINE_SIZE 8192
static u8 line[LINE_SIZE];
static u32 line_size;

static void put(u8 character)
{
	if (line_size < LINE_SIZE)
		line[line_size++] = character;
}

static void put_text(text value)
{
	for (u32 i = 0; i < value.size; i++)
		put(value.data[i]);
}

static void put_literal(const char *literal)
{
	put_text(of(literal));
}

static void put_number(u64 value)
{
	u8 digits[20];
	u32 count = 0;
	do {
		digits[count++] = (u8)('0' + value % 10);
		value /= 10;
	} while (value);
	while (count)
		put(digits[--count]);
}

static u8 hex_digit(u32 value)
{
	return (u8)(value < 10 ? '0' + value : 'a' + value - 10);
}

// In quotes, with bytes that are not printable ASCII as \xHH; a long one as its size and a hash.
static void put_quoted(text value)
{
	if (value.size > 512) {
		u32 hash = 2166136261u;
		for (u32 i = 0; i < value.size; i++)
			hash = (hash ^ value.data[i]) * 16777619u;
		put_literal("<");
		put_number(value.size);
		put_literal(" bytes, ");
		for (int shift = 28; shift >= 0; shift -= 4)
			put(hex_digit(hash >> shift & 15));
		put_literal(">");
		return;
	}
	put('"');
	for (u32 i = 0; i < value.size; i++) {
		u8 character = value.data[i];
		if (character >= ' ' && character < 127 && character != '"' && character != '\\') {
			put(character);
			continue;
		}
		put_literal("\\x");
		put(hex_digit(character >> 4));
		put(hex_digit(character & 15));
	}
	put('"');
}

static void log_line(void)
{
	proxy_log(2, line, line_size);
	line_size = 0;
}

// --- Words of a script -------------------------------------------------------

// The result of the last host call that gave bytes: a script writes it as $.
static text last_value;

static u32 hex_value(u8 character)
{
	return character <= '9' ? character - '0' : (character | 32) - 'a' + 10u;
}

// Appends a quoted part, from behind its opening quote; returns the position behind the closing one.
static u32 unquote(text source, u32 position, u8 *target, u32 *size)
{
	while (position < source.size && source.data[position] != '"') {
		u8 character = source.data[position++];
		if (character == '\\' && position < source.size) {
			character = source.data[position++];
			if (character == 'n')
				character = '\n';
			else if (character == 'r')
				character = '\r';
			else if (character == '0')
				character = 0;
			else if (character == 'x' && position + 1 < source.size) {
				character = (u8)(hex_value(source.data[position]) << 4 | hex_value(source.data[position + 1]));
				position += 2;
			}
		}
		target[(*size)++] = character;
	}
	return position + 1;
}

// @SIZE:TEXT is TEXT repeated up to SIZE bytes.
static text repeated(text word)
{
	int colon = index_of(word, ':');
	u32 size = (u32)number(after(word, 1));
	text pattern = after(word, (u32)colon + 1);
	u8 *data = allocate(size + 1);
	for (u32 i = 0; i < size; i++)
		data[i] = pattern.data[i % pattern.size];
	return (text){ data, size };
}

// Takes the next word off a line. Returns one without data at its end.
static text next_word(text *rest)
{
	u32 position = 0;
	while (position < rest->size && rest->data[position] == ' ')
		position++;
	if (position == rest->size) {
		rest->size = 0;
		return (text){ 0, 0 };
	}
	u8 *word = allocate(rest->size + 1);
	u32 size = 0;
	while (position < rest->size && rest->data[position] != ' ') {
		if (rest->data[position] == '"')
			position = unquote(*rest, position + 1, word, &size);
		else
			word[size++] = rest->data[position++];
	}
	*rest = position < rest->size ? after(*rest, position) : (text){ 0, 0 };
	text result = { word, size };
	if (is(result, "$"))
		return last_value;
	return size > 1 && word[0] == '@' && index_of(result, ':') > 0 ? repeated(result) : result;
}

// --- Serialized pairs --------------------------------------------------------

#define MAX_PAIRS 1100
typedef struct {
	u32 count;
	text names[MAX_PAIRS];
	text values[MAX_PAIRS];
} pairs;

static void add_pair(pairs *target, text name, text value)
{
	if (target->count == MAX_PAIRS)
		return;
	target->names[target->count] = name;
	target->values[target->count++] = value;
}

// Adds name=value; a name can begin with a colon.
static void add_assignment(pairs *target, text word)
{
	int equals = index_of(word, '=');
	if (equals >= 0)
		add_pair(target, (text){ word.data, (u32)equals }, after(word, (u32)equals + 1));
}

static text serialize(const pairs *source)
{
	if (!source->count)
		return (text){ 0, 0 };
	u32 size = 4 + 8 * source->count;
	for (u32 i = 0; i < source->count; i++)
		size += source->names[i].size + source->values[i].size + 2;
	u8 *data = allocate(size);
	u8 *bytes = data + 4 + 8 * source->count;
	memcpy(data, &source->count, 4);
	for (u32 i = 0; i < source->count; i++) {
		const text both[2] = { source->names[i], source->values[i] };
		for (u32 half = 0; half < 2; half++) {
			memcpy(data + 4 + 8 * i + 4 * half, &both[half].size, 4);
			memcpy(bytes, both[half].data, both[half].size);
			bytes += both[half].size;
			*bytes++ = 0;
		}
	}
	return (text){ data, size };
}
