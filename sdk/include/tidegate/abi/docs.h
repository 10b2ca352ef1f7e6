/* tg.docs/1: versioned JSON documents. A patch, its audit entry and its domain events are one transaction. */
#ifndef TIDEGATE_ABI_DOCS_H
#define TIDEGATE_ABI_DOCS_H

#include <tidegate/abi/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_DOCS "tg.docs/1"

/* TEST changes nothing: TG_E_CONFLICT unless `value` stands at `path`; an empty value: unless nothing stands there. */
enum { TG_DOC_SET = 0, TG_DOC_INSERT = 1, TG_DOC_REMOVE = 2, TG_DOC_TEST = 3 };
#define TG_ANY_REVISION UINT64_MAX

typedef struct tg_doc_op {
    uint32_t size;
    uint32_t kind;
    tg_str
        path; /* "vehicles/V1/coverages/COLL"; array elements by their id, else by index; empty = the whole document */
    tg_str value;   /* JSON text; unused by remove */
    uint64_t fence; /* 0 = the patch's; TG_E_FENCED when a higher one was seen on the path, its parent or child */
} tg_doc_op;

typedef struct tg_doc_event {
    uint32_t size;
    uint32_t reserved;
    tg_str name; /* "quote.rated" */
    tg_str data; /* JSON text */
} tg_doc_event;

/* Leases (tg.lease/1) that a patch is made under. A field that lies in an explicit lease of the holder (a lock) is
 * written under that lock's token, the newest's of nested ones; any other is leased implicitly until the patch has its
 * outcome, whatever becomes of the hook, and written under the new token, unless the holder has a lock below it. Locks
 * of another session of the holder are left to it, unless they are claimed. */
typedef struct tg_patch_leases {
    uint32_t size;
    uint32_t path_count; /* 1..256 */
    tg_str space;        /* a channel of this plugin's `channels` or `publishes` */
    const tg_str* paths; /* of the fields written */
    tg_str holder;
    tg_str session;
    tg_str data;           /* a JSON object of at most 512 bytes, shown with the leases; or empty */
    uint64_t token;        /* not 0: every path lies in a lock of the holder under this token */
    uint64_t write_ttl_ms; /* 1..3,600,000, of what is leased for the write */
    uint64_t lock_ttl_ms;  /* 1..3,600,000: what the session's locks have left at least, for who writes is there */
    uint32_t fenced;       /* 1: path_count operations are no tests, and the n-th carries the n-th path's token */
    uint32_t reserved;
} tg_patch_leases;

typedef struct tg_patch {
    uint32_t size;
    uint32_t op_count;
    tg_str type;
    tg_str id;
    const tg_doc_op* ops;
    /* TG_ANY_REVISION, or: refuse (TG_E_CONFLICT) when a path of this patch, its parent or child changed after it; 0 =
     * the document must not have been written there yet */
    uint64_t base_revision;
    uint64_t fence; /* 0 = none; TG_E_FENCED when a higher one was seen on the path */
    tg_str idempotency_key;
    tg_str actor;
    const tg_doc_event* events;
    uint32_t event_count;
    uint32_t op_size; /* sizeof(tg_doc_op) of the caller: the stride of ops */
    uint32_t event_size;
    uint32_t publication_count;
    /* Published by the host when the patch is committed, and only then: for one document in the order of its revisions,
     * whoever writes, and also when the caller's hook ended meanwhile (then the author gets `event` like everybody, for
     * he was answered). The host adds `revision` to what it adds anyway. At most 256. */
    const tg_publication* publications;
    uint32_t publication_size;
    uint32_t reserved;
    tg_str note; /* a JSON object kept with the version, at most 4 KiB, or empty */
    /* Or null. TG_E_LOCKED: a lease of another is in the way; TG_E_FENCED: the claimed lock does not stand. */
    const tg_patch_leases* leases;
} tg_patch;

typedef struct tg_version_query {
    uint32_t size;
    uint32_t limit;  /* 1..100 */
    uint64_t after;  /* revisions above this */
    uint64_t before; /* and below this; 0 = no bound */
    uint32_t newest_first;
    uint32_t reserved;
} tg_version_query;

typedef struct tg_doc_query {
    uint32_t size;
    uint32_t limit; /* 1..100 */
    tg_str type;
    tg_str index; /* of the manifest, or "created_by"; empty = by id */
    tg_str equals;
    tg_str after; /* the cursor of the page before */
} tg_doc_query;

typedef struct tg_ext_docs {
    uint32_t size;
    /* number = the new revision; bytes = {"revision":n,"replayed":bool}. Errors: INVALID (path, schema), CONFLICT,
     * FENCED, LOCKED, FORBIDDEN (the leases' space), TOO_LARGE, BUSY, UNAVAILABLE. hook may not be null. [strand] */
    tg_rc (*patch)(const tg_host*, tg_hook*, const tg_patch*, tg_result* now, tg_done done);
    /* number = the revision; bytes = the document itself. NOT_FOUND. [strand] */
    tg_rc (*get)(const tg_host*, tg_hook*, tg_str type, tg_str id, tg_result* now, tg_done done);
    /* bytes = {"items":[{"id","revision","data","updated_at","updated_by"}],"after":"…"|null}. [strand] */
    tg_rc (*list)(const tg_host*, tg_hook*, const tg_doc_query*, tg_result* now, tg_done done);
    /* bytes = {"items":[{"revision","actor","at","note"?,"ops":[{"op","path","value"?,"from"?}]}]}. [strand] */
    tg_rc (*versions)(const tg_host*, tg_hook*, tg_str type, tg_str id, const tg_version_query*, tg_result* now,
                      tg_done done);
    /* number = the document's revision; bytes = what stands at the path, none when nothing does. INVALID (path),
     * NOT_FOUND (the document). [strand] */
    tg_rc (*get_part)(const tg_host*, tg_hook*, tg_str type, tg_str id, tg_str path, tg_result* now, tg_done done);
} tg_ext_docs;

#ifdef __cplusplus
}
#endif
#endif
