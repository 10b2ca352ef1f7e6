/* tg.kv/1: small shared values that may expire: texts, counters, sets, hashes. Not durable: what must survive is a
 * document or a stream. A key belongs to this plugin and to the hook's tenant; no other plugin sees it.
 *
 * A key holds one kind of thing, made by the first call that writes it; a call of another kind is INVALID. Keys are
 * 1-256 bytes of UTF-8 without control characters; texts, members, fields and their values at most 64 KiB of UTF-8.
 * ttl_ms: 0 = for ever, at most 315,360,000,000 (ten years). Errors of every call: INVALID, TOO_LARGE (a text; 100,000
 * members or fields), BUSY (the host's bound of bytes), UNAVAILABLE.
 */
#ifndef TIDEGATE_ABI_KV_H
#define TIDEGATE_ABI_KV_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_KV "tg.kv/1"

typedef struct tg_kv_put {
    uint32_t size;
    uint32_t compares; /* 1: `expected` must stand */
    tg_str key;
    tg_str text;
    uint64_t ttl_ms;
    uint64_t expected; /* the version that must stand; 0 = there must be no such key; else CONFLICT */
} tg_kv_put;

typedef struct tg_ext_kv {
    uint32_t size;
    /* bytes = the text itself; number = its version, which rises with every change, also over the key's removal.
     * NOT_FOUND. [strand] */
    tg_rc (*get)(const tg_host*, tg_hook*, tg_str key, tg_result* now, tg_done done);
    /* number = the new version. CONFLICT. [strand] */
    tg_rc (*put)(const tg_host*, tg_hook*, const tg_kv_put*, tg_result* now, tg_done done);
    /* From 0 for a key that is not there. number = the number afterwards, two's complement. ttl_ms is that
     * of a key that it makes: one that is there keeps its end. INVALID when it would overflow. [strand] */
    tg_rc (*increment)(const tg_host*, tg_hook*, tg_str key, int64_t by, uint64_t ttl_ms, tg_result* now, tg_done done);
    /* number = 1 when the key was there. [strand] */
    tg_rc (*remove)(const tg_host*, tg_hook*, tg_str key, tg_result* now, tg_done done);
    tg_rc (*expire)(const tg_host*, tg_hook*, tg_str key, uint64_t ttl_ms, tg_result* now, tg_done done);
    /* number = 1 when it changed anything. [strand] */
    tg_rc (*set_add)(const tg_host*, tg_hook*, tg_str key, tg_str member, tg_result* now, tg_done done);
    tg_rc (*set_remove)(const tg_host*, tg_hook*, tg_str key, tg_str member, tg_result* now, tg_done done);
    /* bytes = {"members":["…"]}, nothing for a key that is not there; TOO_LARGE beyond 4 MiB. [strand] */
    tg_rc (*set_members)(const tg_host*, tg_hook*, tg_str key, tg_result* now, tg_done done);
    /* number = 1 when the field was new. [strand] */
    tg_rc (*hash_set)(const tg_host*, tg_hook*, tg_str key, tg_str field, tg_str value, tg_result* now, tg_done done);
    /* number = 1 when it was there. [strand] */
    tg_rc (*hash_remove)(const tg_host*, tg_hook*, tg_str key, tg_str field, tg_result* now, tg_done done);
    /* bytes = {"fields":[["field","value"]]}; as set_members. [strand] */
    tg_rc (*hash_all)(const tg_host*, tg_hook*, tg_str key, tg_result* now, tg_done done);
} tg_ext_kv;

#ifdef __cplusplus
}
#endif
#endif
