/* The words that every other ABI header uses: result codes, borrowed strings, counted buffers, completions.
 * C11, no dependencies. Not an API of its own.
 *
 * Rules that hold everywhere:
 *  - A struct that crosses begins with `size` (filled by who made it) and only ever grows at its end.
 *  - Who allocates frees. Strings are UTF-8, (ptr,len), not terminated, and borrowed: an invocation's strings live
 * until its hook ends, all others for the call. What must live longer is copied, or its tg_buf retained.
 *  - No C++ type, no exception, no FILE*, no errno crosses.
 *  - Every function carries a thread tag: [control] one at a time, never on a strand; [strand] inside a hook of that
 * key; [any-thread].
 */
#ifndef TIDEGATE_ABI_BASE_H
#define TIDEGATE_ABI_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* True when the struct that the other side made is long enough to hold `field`. */
#define TG_HAS(pointer, type, field) \
    ((pointer) && (pointer)->size >= offsetof(type, field) + sizeof(((const type*)0)->field))

typedef int32_t tg_rc;
enum {
    TG_OK = 0,
    TG_PENDING = 1,      /* the completion follows, exactly once, on the hook's strand, never inside the call */
    TG_BACKPRESSURE = 2, /* done, and the session is behind: its connection takes no more at this moment */
    TG_E_INVALID = -1,
    TG_E_NOT_FOUND = -2,
    TG_E_CONFLICT = -3,
    TG_E_FORBIDDEN = -4,
    TG_E_LOCKED = -5,
    TG_E_FENCED = -6,
    TG_E_BUSY = -7,
    TG_E_UNAVAILABLE = -8,
    TG_E_TOO_LARGE = -9,
    TG_E_UNSUPPORTED = -10,
    TG_E_INTERNAL = -11,
    TG_E_EXCEPTION = -12, /* the C++ face's wall caught one */
    TG_E_CANCELLED = -20,
    TG_E_DEADLINE = -21,
    TG_E_DEADLOCK = -22
};

typedef struct tg_str {
    const char* ptr;
    size_t len;
} tg_str;

typedef struct tg_buf tg_buf;   /* immutable counted bytes, owned by the host */
typedef struct tg_hook tg_hook; /* one hook in flight */
typedef uint64_t tg_session;    /* names a session; a stale one is a counted drop, never a crash */

typedef struct tg_pair {
    tg_str name;
    tg_str value;
} tg_pair;

/* Collects text, e.g. the reason of a refused configuration. */
typedef struct tg_writer {
    uint32_t size;
    void* ctx;
    void (*write)(void* ctx, tg_str text);
} tg_writer;

/* The outcome of a host call.
 * Inline (the call returned something else than TG_PENDING): written to *now; `owner`, when not null, carries one
 * reference that the caller releases. By completion: borrowed until the completion returns; retain `owner` to keep
 * `bytes`. */
typedef struct tg_result {
    uint32_t size;
    tg_rc rc;
    tg_str bytes;    /* the value, by the call's own words */
    uint64_t number; /* a revision, an offset, … by the call's own words */
    tg_str error;    /* why, when rc < 0 */
    tg_buf* owner;
} tg_result;

typedef struct tg_done {
    void (*fn)(void* ctx, const tg_result* result);
    void* ctx;
} tg_done;

/* Who a session or request belongs to. */
typedef struct tg_principal {
    uint32_t size;
    tg_str sub; /* the user's UUID */
    tg_str name;
    tg_str role;
    const tg_str* permissions; /* those of the role and of the token together */
    size_t permission_count;
    int64_t expires_ms; /* wall clock; 0 = never */
} tg_principal;

#ifdef __cplusplus
}
#endif
#endif
