/* tg.session/1: answers and pushes to one session, its channels and its attributes. */
#ifndef TIDEGATE_ABI_SESSION_H
#define TIDEGATE_ABI_SESSION_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_SESSION "tg.session/1"

/* Lanes of a connection; within one, the order of sending holds. */
enum { TG_LANE_CONTROL = 0, TG_LANE_EVENTS = 1, TG_LANE_BULK = 2 };

typedef struct tg_ext_session {
    uint32_t size;
    /* The final answer to the hook's message: a JSON object whose `type` is of this plugin; the host adds `ref` when
     * the message had an `id`. TG_E_FORBIDDEN: a type of somebody else. [strand] or [loop] of an inline route */
    tg_rc (*reply)(const tg_host*, tg_hook*, tg_str object);
    /* The coded error to the hook's message (`ref` added). `code` is a row of the protocol's codes; `fields` is a JSON
     * object whose members are added, or empty. [strand] or [loop] */
    tg_rc (*fail)(const tg_host*, tg_hook*, tg_str code, tg_str message, tg_str fields);
    /* Pushes a JSON object whose `type` is of this plugin. Never waits: what a dead or slow session loses is counted.
     * An answer that comes after its hook ended carries its own `ref`. TG_BACKPRESSURE: it was taken, and whoever has
     * much more should go on later. hook may be null. [any-thread] */
    tg_rc (*send)(const tg_host*, tg_hook*, tg_session, tg_str object, uint32_t lane);
    tg_rc (*close)(const tg_host*, tg_session, uint16_t code, tg_str reason); /* [any-thread] */
    /* Joins a channel that this plugin owns: `channel:subscribed`, then its events. [strand] */
    tg_rc (*join)(const tg_host*, tg_hook*, tg_session, tg_str channel);
    tg_rc (*leave)(const tg_host*, tg_hook*, tg_session, tg_str channel);
    /* Host-kept, per plugin and session, at most 1 KiB together, survive a reload. An empty value removes. [any-thread]
     */
    tg_rc (*attribute_set)(const tg_host*, tg_session, tg_str name, tg_str value);
    tg_rc (*attribute_get)(const tg_host*, tg_session, tg_str name, tg_result* now);
} tg_ext_session;

#ifdef __cplusplus
}
#endif
#endif
