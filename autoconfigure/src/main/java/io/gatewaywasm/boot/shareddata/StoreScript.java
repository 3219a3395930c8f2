package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The Lua scripts that make operations atomic across all gateways. Each replies with a
 * string: a letter for the result, followed by data.
 */
enum StoreScript {

	/**
	 * Sets a value. The number of values, without the two counters in the hash, and their
	 * total size are limited. Version numbers start at a random value, so that none
	 * repeats if the server restarts without data.
	 */
	SET("""
			local field = 'v' .. ARGV[1]
			local old = redis.call('HGET', KEYS[1], field)
			local cas = tonumber(ARGV[3])
			if old and cas ~= 0 and cas ~= struct.unpack('<I4', old) then return 'M' end
			local before = old and #ARGV[1] + #old - 4 or 0
			local after = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0) - before + #ARGV[1] + #ARGV[2]
			if after > tonumber(ARGV[5]) then return 'F' end
			if not old and redis.call('HLEN', KEYS[1]) - 2 >= tonumber(ARGV[4]) then return 'F' end
			local last = tonumber(redis.call('HGET', KEYS[1], 'cas') or ARGV[6])
			local next = last < 2147483647 and last + 1 or 1
			redis.call('HSET', KEYS[1], 'cas', next, 'bytes', after, field, struct.pack('<I4', next) .. ARGV[2])
			return 'O'
			"""),

	/** Registers a queue. */
	REGISTER(Text.EXISTING_QUEUE + """
			if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
				return 'F'
			end
			existing()
			redis.call('HSETNX', KEYS[1], ARGV[1], 0)
			return 'O'
			"""),

	/** Adds an entry and a wake-up. */
	ENQUEUE(Text.EXISTING_QUEUE + """
			existing()
			local length = redis.call('XLEN', KEYS[2])
			local used = length > 0 and tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) or 0
			local all = used - tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
			for _, size in ipairs(redis.call('HVALS', KEYS[1])) do all = all + tonumber(size) end
			if length >= tonumber(ARGV[3]) or all + #ARGV[2] > tonumber(ARGV[4]) then return 'F' end
			redis.call('XADD', KEYS[2], '*', 'd', ARGV[2])
			redis.call('HSET', KEYS[1], ARGV[1], used + #ARGV[2])
			if redis.call('LLEN', KEYS[3]) <= length then redis.call('RPUSH', KEYS[3], '1') end
			return 'O'
			"""),

	/** Takes the oldest entry that is not taken, or was taken too long ago. */
	DEQUEUE("""
			if redis.call('EXISTS', KEYS[2]) == 0 then return 'E' end
			local entry = redis.call('XAUTOCLAIM', KEYS[2], 'g', 'c', ARGV[2], '0-0', 'COUNT', 1)[2][1]
			if not entry then
				local read = redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', KEYS[2], '>')
				entry = read and read[1] and read[1][2][1]
			end
			if not entry then return 'E' end
			return 'O' .. entry[1] .. ' ' .. entry[2][2]
			"""),

	/** Removes an entry that has been processed. */
	FINISH("""
			if redis.call('EXISTS', KEYS[2]) == 0 or redis.call('XACK', KEYS[2], 'g', ARGV[2]) == 0 then return 'E' end
			redis.call('XDEL', KEYS[2], ARGV[2])
			local used = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) - tonumber(ARGV[3])
			if redis.call('XLEN', KEYS[2]) == 0 then
				used = 0
				redis.call('DEL', KEYS[3])
			end
			redis.call('HSET', KEYS[1], ARGV[1], math.max(used, 0))
			return 'O'
			"""),

	/**
	 * Adds wake-ups for old entries if there are none, because the gateway that was woken
	 * for them or had taken them is lost.
	 */
	SWEEP(Text.EXISTING_QUEUE + """
			existing()
			if redis.call('LLEN', KEYS[3]) > 0 then return 'E' end
			local now = redis.call('TIME')
			local before = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[2])
			local old = redis.call('XRANGE', KEYS[2], '-', string.format('%.0f', before), 'COUNT', 100)
			for _ = 1, #old do redis.call('RPUSH', KEYS[3], '1') end
			return 'O'
			""");

	private final byte[] text;

	private final byte[] sha;

	StoreScript(String text) {
		this.text = text.getBytes(StandardCharsets.UTF_8);
		this.sha = HexFormat.of().formatHex(sha1(this.text)).getBytes(StandardCharsets.US_ASCII);
	}

	private static byte[] sha1(byte[] text) {
		try {
			return MessageDigest.getInstance("SHA-1").digest(text);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	byte[] text() {
		return this.text;
	}

	/**
	 * Returns the SHA-1 digest in hexadecimal, by which the server identifies the script.
	 */
	byte[] sha() {
		return this.sha;
	}

	private static final class Text {

		/**
		 * Creates the queue if it does not exist: at the first registration, and if the
		 * server has restarted without data.
		 */
		private static final String EXISTING_QUEUE = """
				local function existing()
					if redis.call('EXISTS', KEYS[2]) == 0 then
						redis.call('XGROUP', 'CREATE', KEYS[2], 'g', '0', 'MKSTREAM')
						redis.call('HSET', KEYS[1], ARGV[1], 0)
					end
				end
				""";

	}

}
