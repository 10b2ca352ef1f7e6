/* What a plugin offers to the host: one exported data symbol, and the table that create() returns.
 *
 *   life cycle:  create configure self_check start (hooks)* stop destroy
 *   hooks, per plugin and session:  on_open on_message* on_close
 *
 * Every hook is an invocation of one key: hooks of a key do not overlap (mode strict) and run on any worker thread.
 * A hook returns a final code, or TG_PENDING and later calls host->hook_done exactly once, on its strand.
 * A generation may get on_close or on_message for a session whose on_open an earlier generation saw.
 * Any hook may be null: then open and subscribe are accepted, messages answer `unavailable`.
 */
#ifndef TIDEGATE_ABI_PLUGIN_H
#define TIDEGATE_ABI_PLUGIN_H

#include <tidegate/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_ABI_MAGIC 0x31454754u /* "TGE1" */
#define TG_ABI_MAJOR 0
#define TG_ABI_MINOR 1

typedef struct tg_host tg_host;
typedef struct tg_plugin tg_plugin;

enum {
    TG_OPEN_OWNER = 1u,       /* this plugin owns the endpoint: its refusal closes the connection */
    TG_SUBSCRIBE_RECHECK = 1u /* the principal changed */
};

/* A connection arrives. TG_OK accepts, TG_E_FORBIDDEN closes it 4003 (owner), anything else 4011 (owner).
 * An attached plugin's refusal only leaves its prefixes unavailable on this connection. */
typedef struct tg_open {
    uint32_t size;
    uint32_t flags;
    tg_session session;
    tg_str client_id;
    tg_str connection_type;
    tg_str path;
    tg_str channel;        /* the endpoint's default channel, joined when the owner accepts; may be empty */
    const tg_pair* params; /* of the path, e.g. quote_id */
    size_t param_count;
    const tg_pair* query; /* decoded; token and resume never appear */
    size_t query_count;
    const tg_principal* principal;
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_open;

/* A client's message: one validated JSON object (UTF-8, syntax, depth <= 64, `type`, `id`, `channel` at most once). */
typedef struct tg_message {
    uint32_t size;
    uint32_t flags;
    tg_session session;
    tg_str type;
    tg_str id;      /* the JSON token as sent, quotes included; empty when there is none */
    tg_str channel; /* the message's, else the endpoint's default */
    tg_str payload; /* the whole object */
    tg_buf* owner;  /* type, id, payload point into it */
    const tg_principal* principal;
    tg_str client_id;
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_message;

typedef struct tg_close {
    uint32_t size;
    uint32_t code; /* the close code, 1006 when the socket just ended */
    tg_session session;
    tg_str client_id;
    tg_str channel;
    const tg_principal* principal;
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_close;

/* A client asks for a channel of this plugin. TG_OK or a refusal. */
typedef struct tg_subscribe {
    uint32_t size;
    uint32_t flags;
    tg_session session;
    tg_str channel;
    const tg_principal* principal;
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_subscribe;

/* A request to one of the manifest's routes; answered by tg.http/1 respond(), or by the hook's final code. */
typedef struct tg_http_request {
    uint32_t size;
    uint32_t flags;
    tg_str method;
    tg_str route; /* as in the manifest: "/api/quotes/{quote_id}" */
    tg_str path;
    const tg_pair* params;
    size_t param_count;
    const tg_pair* query;
    size_t query_count;
    tg_str body;
    tg_str idempotency_key;
    tg_buf* owner; /* body points into it */
    const tg_principal* principal;
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_http_request;

/* What this plugin posted to itself by tg.exec/1, at once or by timer; possibly from an earlier generation. */
typedef struct tg_task {
    uint32_t size;
    uint32_t flags;
    tg_str key;
    tg_str name;
    tg_str payload;
    tg_buf* owner;  /* payload points into it */
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_task;

/* A domain event that the manifest's `events` asks for, in commit order per key, at least once. TG_OK: it will not come
 * again. Anything else: the same again after a growing delay, and the key's later events wait; given up after ten
 * attempts, counted and logged. */
typedef struct tg_event {
    uint32_t size;
    uint32_t flags;
    tg_str key;      /* the strand's, from the manifest's template */
    tg_str name;     /* "field.updated" */
    tg_str data;     /* JSON text, as the patch gave it */
    tg_str actor;    /* of the patch */
    tg_str doc_type; /* of the document whose patch carried it */
    tg_str doc_id;
    uint64_t sequence; /* rises in commit order over all documents */
    uint64_t revision; /* of the document */
    int64_t at_ms;     /* of the commit; wall clock */
    tg_buf* owner;     /* the texts point into it */
    uint64_t scope;    /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_event;

/* Events of one key together, in commit order: as many as are there, up to 32 and, if more than one, 64 KiB. One hook
 * with one deadline. TG_OK: none of them will come again. Anything else: all of them come again, by on_events with a
 * count of 1, and each is then tried and given up by itself as on_event says; so handling must be safe to repeat. A
 * plugin has on_event or on_events; of both, on_events is called. The array and the structs live for the call, the
 * texts as long as the owner, which is the same for all. */
typedef struct tg_events {
    uint32_t size;
    uint32_t count;
    const tg_event* const* events;
} tg_events;

/* Leases of this plugin ended without its doing, or somebody came or went on a channel where it keeps presence. */
typedef struct tg_notice {
    uint32_t size;
    uint32_t flags;
    tg_str key;     /* the strand's: the leases' space, the presence's channel */
    tg_str payload; /* JSON, by the extension's own words */
    tg_buf* owner;  /* payload points into it */
    uint64_t scope; /* opaque, the same for one tenant: part of the key of whatever a plugin keeps in memory */
} tg_notice;

struct tg_plugin {
    uint32_t size;
    void* self;
    /* All three: TG_OK, or a refusal whose reason goes to `why`; the serving generation then serves on. [control] */
    tg_rc (*configure)(const tg_plugin*, tg_str config_json, const tg_writer* why);
    tg_rc (*self_check)(const tg_plugin*, const tg_writer* why);
    tg_rc (*start)(const tg_plugin*, const tg_writer* why);
    /* [strand], or [loop] for routes declared inline */
    tg_rc (*on_open)(const tg_plugin*, const tg_open*, tg_hook*);
    tg_rc (*on_message)(const tg_plugin*, const tg_message*, tg_hook*);
    tg_rc (*on_close)(const tg_plugin*, const tg_close*, tg_hook*);
    tg_rc (*on_subscribe)(const tg_plugin*, const tg_subscribe*, tg_hook*);
    tg_rc (*on_http)(const tg_plugin*, const tg_http_request*, tg_hook*);
    tg_rc (*on_task)(const tg_plugin*, const tg_task*, tg_hook*);
    /* No hook is running and none will. [control] */
    void (*stop)(const tg_plugin*);
    void (*destroy)(const tg_plugin*);
    const void* (*get_extension)(const tg_plugin*, const char* id); /* null for unknown ids */
    /* [strand], as the hooks above */
    tg_rc (*on_event)(const tg_plugin*, const tg_event*, tg_hook*);
    tg_rc (*on_lease)(const tg_plugin*, const tg_notice*, tg_hook*);
    tg_rc (*on_presence)(const tg_plugin*, const tg_notice*, tg_hook*);
    tg_rc (*on_events)(const tg_plugin*, const tg_events*, tg_hook*);
};

typedef struct tg_entry {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t size;
    const char* id;      /* = the manifest's = the file's stem */
    const char* version; /* = the manifest's */
    /* Null, or a table that lives until destroy(). [control] */
    tg_plugin* (*create)(const tg_host* host);
} tg_entry;

#define TG_ENTRY_SYMBOL "tidegate_plugin_entry"

#ifdef __cplusplus
}
#endif
#endif
