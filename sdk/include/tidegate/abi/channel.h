/* tg.channel/1: events to everybody on a channel that this plugin owns, or that its manifest's `publishes` names. */
#ifndef TIDEGATE_ABI_CHANNEL_H
#define TIDEGATE_ABI_CHANNEL_H

#include <tidegate/abi/session.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_CHANNEL "tg.channel/1"

enum { TG_PUBLISH_RECORDED = 1u };

/* `event` is a JSON object whose `type` is of this plugin; the host adds `channel` and, when recorded, `offset`.
 * When `author` is set, that session gets `author_event` (with the same channel and offset added) in place of `event`,
 * whether or not it is subscribed; the plugin has put `ref` into it. An empty author_event means that the author gets
 * nothing. */
typedef struct tg_publication {
    uint32_t size;
    uint32_t flags;
    tg_str channel;
    tg_str event;
    uint32_t lane; /* of a live event: TG_LANE_EVENTS keeps its place before recorded ones; recorded events are always
                      there */
    uint32_t reserved;
    tg_str
        conflate_key; /* live only: for a connection that is behind, a newer event replaces an unsent one of this key */
    tg_session author; /* 0 = nobody */
    tg_str author_event;
    const tg_session* excluded; /* live only: these get nothing */
    size_t excluded_count;
} tg_publication;

typedef struct tg_ext_channel {
    uint32_t size;
    /* number = the offset of a recorded event. hook may be null (tenant `default`). [any-thread] */
    tg_rc (*publish)(const tg_host*, tg_hook*, const tg_publication*, tg_result* now, tg_done done);
    /* How many sessions of this node are subscribed, in number. [any-thread] */
    tg_rc (*subscribers)(const tg_host*, tg_hook*, tg_str channel, tg_result* now);
} tg_ext_channel;

#ifdef __cplusplus
}
#endif
#endif
