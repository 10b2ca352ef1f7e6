/* tg.bus/1: the domain events, in commit order: those that patches carried and those that were emitted. What the
 * manifest's `events` asks for comes as on_event; here is what was before, for a plugin that keeps its own place in the
 * stream; and a way to tell of what no patch belongs to.
 */
#ifndef TIDEGATE_ABI_BUS_H
#define TIDEGATE_ABI_BUS_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_BUS "tg.bus/1"

/* Names are at most 128 bytes of UTF-8 without control characters. */
typedef struct tg_emission {
    uint32_t size;
    uint32_t reserved;
    tg_str name;     /* "session.joined" */
    tg_str data;     /* a JSON object of at most 64 KiB */
    tg_str doc_type; /* what it is about, or both empty; the document need not exist */
    tg_str doc_id;
    tg_str actor; /* or empty */
    /* Not empty: seen of this plugin, document and name within 10 minutes, nothing is emitted and the answer is the
     * first one's. */
    tg_str idempotency_key;
} tg_emission;

typedef struct tg_ext_bus {
    uint32_t size;
    /* Events of the hook's tenant above after_sequence that match one of the manifest's `events`: bytes =
     * {"events":[{"sequence","name","data":{…},"actor","doc_type","doc_id","revision","at_ms"}]}, at most `limit`
     * (1..1000); number = the sequence up to which the stream was looked through: read on from there until it stays.
     * [strand] */
    tg_rc (*read)(const tg_host*, tg_hook*, uint64_t after_sequence, uint32_t limit, tg_result* now, tg_done done);
    /* Durable when it answers: number = its sequence in the stream that the patches' events are in; its revision there
     * is 0. Errors: INVALID, TOO_LARGE, BUSY, UNAVAILABLE. A host may be older: ask
     * TG_HAS(table, tg_ext_bus, emit). [strand] */
    tg_rc (*emit)(const tg_host*, tg_hook*, const tg_emission*, tg_result* now, tg_done done);
} tg_ext_bus;

#ifdef __cplusplus
}
#endif
#endif
