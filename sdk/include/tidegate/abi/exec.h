/* tg.exec/1: the only source of threads and time. What is posted is a record, delivered as on_task to whichever
 * generation owns the key by then; only an awaited completion pins a generation. */
#ifndef TIDEGATE_ABI_EXEC_H
#define TIDEGATE_ABI_EXEC_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_EXEC "tg.exec/1"

typedef struct tg_ext_exec {
    uint32_t size;
    /* on_task(key, name, payload) on that key's strand, after what already waits there. hook may be null (tenant
     * `default`). Errors: BUSY (queue full), TOO_LARGE (64 KiB), UNAVAILABLE (stopping). [any-thread] */
    tg_rc (*post)(const tg_host*, tg_hook*, tg_str key, tg_str name, tg_str payload);
    /* The same after delay_ms; number in *timer names it for cancel. [any-thread] */
    tg_rc (*post_after)(const tg_host*, tg_hook*, uint64_t delay_ms, tg_str key, tg_str name, tg_str payload,
                        uint64_t* timer);
    /* TG_OK: it will not run. TG_E_NOT_FOUND: it ran, or is about to. [any-thread] */
    tg_rc (*cancel)(const tg_host*, uint64_t timer);
    /* Completes after delay_ms; pins this generation meanwhile. [strand] */
    tg_rc (*sleep)(const tg_host*, tg_hook*, uint64_t delay_ms, tg_result* now, tg_done done);
    /* Runs work(ctx) on a thread that may block, then completes with its code. [strand] */
    tg_rc (*post_blocking)(const tg_host*, tg_hook*, tg_rc (*work)(void* ctx), void* ctx, tg_result* now, tg_done done);
} tg_ext_exec;

#ifdef __cplusplus
}
#endif
#endif
