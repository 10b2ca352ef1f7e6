/* tg.stream/1: durable, ordered lists of entries that are appended, read from a position, acknowledged by readers and
 * trimmed. A stream belongs to this plugin and to the hook's tenant; no other plugin sees it. It is there as soon as it
 * is named. Not the domain events: those are tg.bus/1.
 *
 * Streams, readers and idempotency keys are 1-256 bytes of UTF-8 without control characters. A position rises within
 * its stream, from 1, below 2^53, and is never given twice, also after trimming. Errors of every call: INVALID,
 * TOO_LARGE, BUSY, UNAVAILABLE.
 */
#ifndef TIDEGATE_ABI_STREAM_H
#define TIDEGATE_ABI_STREAM_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_STREAM "tg.stream/1"

typedef struct tg_stream_append {
    uint32_t size;
    uint32_t entry_count; /* 1..256 */
    tg_str stream;
    const tg_str* entries; /* JSON texts of at most 64 KiB each: all of them are appended, or none */
    uint64_t max_entries;  /* the oldest beyond are trimmed in the same transaction; 0 = no bound */
    /* Not empty: seen on this stream within 10 minutes and its last 1,000 keys, the answer is the first one's. */
    tg_str idempotency_key;
} tg_stream_append;

typedef struct tg_ext_stream {
    uint32_t size;
    /* Durable when it answers. number = the last position; bytes = {"first","last","trimmed","replayed":bool}. [strand]
     */
    tg_rc (*append)(const tg_host*, tg_hook*, const tg_stream_append*, tg_result* now, tg_done done);
    /* Positions above `after`, ascending, at most `limit` (1..1000) and 4 MiB: an empty page is the end. bytes =
     * {"entries":[{"position","at_ms","data":…}]}; number = how many. Sees every append that was answered before.
     * [strand] */
    tg_rc (*read)(const tg_host*, tg_hook*, tg_str stream, uint64_t after, uint32_t limit, tg_result* now,
                  tg_done done);
    /* number = the last position ever given; bytes = {"first","last","count"}, first = 0 when there is nothing.
     * [strand] */
    tg_rc (*state)(const tg_host*, tg_hook*, tg_str stream, tg_result* now, tg_done done);
    /* Removes positions up to and including this one; number = how many. [strand] */
    tg_rc (*trim)(const tg_host*, tg_hook*, tg_str stream, uint64_t up_to, tg_result* now, tg_done done);
    /* Where a named reader stands: rises only; number = where it stands afterwards. [strand] */
    tg_rc (*ack)(const tg_host*, tg_hook*, tg_str stream, tg_str reader, uint64_t position, tg_result* now,
                 tg_done done);
    /* number = 0 for a reader that never acknowledged. [strand] */
    tg_rc (*acked)(const tg_host*, tg_hook*, tg_str stream, tg_str reader, tg_result* now, tg_done done);
} tg_ext_stream;

#ifdef __cplusplus
}
#endif
#endif
