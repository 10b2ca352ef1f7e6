/* tg.lease/1: exclusive, expiring leases on paths of a space, with fencing tokens. A lease on a path excludes others'
 * leases on that path, its parents and its children; one holder's never exclude each other. A space is a channel name
 * of this plugin's `channels` or `publishes`: plugins that share a channel share its leases.
 *
 * A lease in JSON: {"path","holder","session","token":n,"implicit":bool,"expires_ms":wall clock,"ttl_ms":remaining,
 * "data":{…}}. Tokens rise over all leases of the host, also over restarts, and are below 2^53.
 */
#ifndef TIDEGATE_ABI_LEASE_H
#define TIDEGATE_ABI_LEASE_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_LEASE "tg.lease/1"

typedef struct tg_lease_request {
    uint32_t size;
    uint32_t path_count; /* 1..256 */
    tg_str space;
    const tg_str* paths;
    tg_str holder;     /* who: leases of one holder do not exclude each other */
    tg_str session;    /* what keeps it alive: renewed and released together */
    tg_str data;       /* a JSON object of at most 512 bytes, shown with the lease; or empty */
    uint64_t ttl_ms;   /* 1..3,600,000 */
    uint32_t implicit; /* 1: for one write; a later explicit request of its holder replaces it under a new token */
    uint32_t reserved;
    uint64_t take_over_up_to; /* excluding leases of others with tokens up to this end; 0 = none */
    uint32_t holder_limit;    /* TOO_LARGE beyond so many explicit leases of the holder in the space; 0 = no limit */
    uint32_t reuse_own; /* 1: a path that lies in an explicit lease of the holder asks for that lease, the outermost */
} tg_lease_request;

typedef struct tg_ext_lease {
    uint32_t size;
    /* All paths or none. number = the token of what was newly granted, 0 when nothing was; bytes =
     * {"granted":bool,"leases":[one per path],"blocked_by":[leases of others],"evicted":[leases taken over]}. A path
     * that its holder has keeps its token and gets the new time to live (an implicit request never shortens an explicit
     * one). Whatever else the session holds in the space is renewed too. Errors: INVALID, FORBIDDEN (space), TOO_LARGE
     * (holder_limit), BUSY (10,000 leases in a space), UNAVAILABLE. [strand] */
    tg_rc (*acquire)(const tg_host*, tg_hook*, const tg_lease_request*, tg_result* now, tg_done done);
    /* All of the session's leases in the space now end in ttl_ms; number = how many. [strand] */
    tg_rc (*renew)(const tg_host*, tg_hook*, tg_str space, tg_str session, uint64_t ttl_ms, tg_result* now,
                   tg_done done);
    /* Ends the leases that match all that is given (an empty path or holder, and token 0, match any; something must be
     * given); bytes = {"released":[leases]}. No on_lease follows. [strand] */
    tg_rc (*release)(const tg_host*, tg_hook*, tg_str space, tg_str path, tg_str holder, uint64_t token, tg_result* now,
                     tg_done done);
    /* bytes = {"leases":[…]}, by path. [strand] */
    tg_rc (*list)(const tg_host*, tg_hook*, tg_str space, tg_result* now, tg_done done);
    /* Ends the explicit lease that the holder has on this very path; bytes = {"released":[none or one]}. No on_lease
     * follows. Errors: INVALID (no path or no holder), FORBIDDEN (space), UNAVAILABLE. [strand] */
    tg_rc (*unlock)(const tg_host*, tg_hook*, tg_str space, tg_str path, tg_str holder, tg_result* now, tg_done done);
} tg_ext_lease;

/* on_lease: {"expired":[leases]}, each victim once, to the plugin that acquired it, on the key `space`. */

#ifdef __cplusplus
}
#endif
#endif
