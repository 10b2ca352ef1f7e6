/* tg.bus/1: the domain events that patches carried, in commit order. What the manifest's `events` asks for comes as
 * on_event; here is what was before: for a plugin that keeps its own place in the stream.
 */
#ifndef TIDEGATE_ABI_BUS_H
#define TIDEGATE_ABI_BUS_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_BUS "tg.bus/1"

typedef struct tg_ext_bus {
    uint32_t size;
    /* Events of the hook's tenant above after_sequence that match one of the manifest's `events`: bytes =
     * {"events":[{"sequence","name","data":{…},"actor","doc_type","doc_id","revision","at_ms"}]}, at most `limit`
     * (1..1000); number = the sequence up to which the stream was looked through: read on from there until it stays.
     * [strand] */
    tg_rc (*read)(const tg_host*, tg_hook*, uint64_t after_sequence, uint32_t limit, tg_result* now, tg_done done);
} tg_ext_bus;

#ifdef __cplusplus
}
#endif
#endif
