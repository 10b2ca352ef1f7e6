/* What the host offers to every plugin. Powers beyond it are extensions: get_extension("tg.docs/1"), null when the host
 * lacks it or the manifest does not ask for it.
 *
 * Calls that take a tg_hook* belong to that hook: they complete on its strand and end with it (TG_E_CANCELLED,
 * TG_E_DEADLINE). A null hook is allowed where a function says so.
 */
#ifndef TIDEGATE_ABI_HOST_H
#define TIDEGATE_ABI_HOST_H

#include <tidegate/abi/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TG_LOG_TRACE = 0, TG_LOG_DEBUG = 1, TG_LOG_INFO = 2, TG_LOG_WARN = 3, TG_LOG_ERROR = 4 };

struct tg_host {
    uint32_t size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void* ctx;
    uint64_t generation;                                          /* rises with every load */
    const void* (*get_extension)(const tg_host*, const char* id); /* [any-thread] */
    void (*log)(const tg_host*, int32_t level, tg_str text);      /* [any-thread] */
    void (*buf_retain)(tg_buf*);                                  /* [any-thread] */
    void (*buf_release)(tg_buf*);                                 /* [any-thread] */
    /* Memory for coroutine frames. Live blocks are counted: none left is the proof that a generation is quiet. */
    void* (*frame_alloc)(const tg_host*, size_t size);            /* [any-thread] */
    void (*frame_free)(const tg_host*, void* block, size_t size); /* [any-thread] */
    /* Ends a hook that returned TG_PENDING; `why` becomes the message of the coded error when rc < 0. [strand] */
    void (*hook_done)(const tg_host*, tg_hook*, tg_rc rc, tg_str why);
    /* TG_OK, or TG_E_CANCELLED / TG_E_DEADLINE when this hook should end. [strand] */
    tg_rc (*hook_stopped)(const tg_host*, tg_hook*);
    /* The reason of a hook that is about to return rc < 0 (instead of TG_PENDING). [strand] */
    void (*hook_reason)(const tg_host*, tg_hook*, tg_str why);
    int64_t (*monotonic_ns)(const tg_host*);            /* [any-thread] */
    int64_t (*wall_ms)(const tg_host*);                 /* [any-thread] */
    void (*random_uuid)(const tg_host*, char text[37]); /* terminated. [any-thread] */
};

#ifdef __cplusplus
}
#endif
#endif
