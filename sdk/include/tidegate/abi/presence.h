/* tg.presence/1: who is on a channel of this plugin's `channels` or `publishes`: one entry per session, told once per
 * user. A user who came back within the grace never left.
 */
#ifndef TIDEGATE_ABI_PRESENCE_H
#define TIDEGATE_ABI_PRESENCE_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_PRESENCE "tg.presence/1"

typedef struct tg_presence_entry {
    uint32_t size;
    uint32_t grace_ms; /* how long after the last session's leave the user leaves */
    tg_str channel;
    tg_str user;
    tg_session session;
    tg_str info; /* a JSON object of at most 512 bytes: name, role, … */
} tg_presence_entry;

typedef struct tg_ext_presence {
    uint32_t size;
    /* number = the user's sessions on the channel, this one included. Again for a session that is there: its info is
     * replaced. Errors: INVALID, FORBIDDEN (channel), BUSY (100,000 sessions on a channel), UNAVAILABLE. [strand] */
    tg_rc (*join)(const tg_host*, tg_hook*, const tg_presence_entry*, tg_result* now, tg_done done);
    /* number = the user's remaining sessions. NOT_FOUND. [strand] */
    tg_rc (*leave)(const tg_host*, tg_hook*, tg_str channel, tg_session, tg_result* now, tg_done done);
    /* What the user does now: a JSON object of at most 512 bytes, the newest of his sessions counts. NOT_FOUND.
     * [strand] */
    tg_rc (*update)(const tg_host*, tg_hook*, tg_str channel, tg_session, tg_str state, tg_result* now, tg_done done);
    /* bytes = {"users":[{"user","info":{…},"state":{…}|null,"connections":n}]}, by user; users in their grace are there
     * with 0 connections. At most 1,000; number = how many there are. [strand] */
    tg_rc (*list)(const tg_host*, tg_hook*, tg_str channel, tg_result* now, tg_done done);
} tg_ext_presence;

/* on_presence: {"joined":[{"user","info","sessions":["<tg_session as a decimal>"]}],"left":[{"user","info"}]} to the
 * plugin that joined them, on the key `channel`. The first 10 changes within 100 ms come each at once and alone; what
 * follows comes together at the end of those 100 ms, at most 50 in one. */

#ifdef __cplusplus
}
#endif
#endif
