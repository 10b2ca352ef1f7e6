/* tg.http/1: answers to on_http. */
#ifndef TIDEGATE_ABI_HTTP_H
#define TIDEGATE_ABI_HTTP_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_HTTP "tg.http/1"

typedef struct tg_ext_http {
    uint32_t size;
    /* Answers the hook's request, once. A hook that ends without it answers 204 (TG_OK) or the status that fits its
     * code with {"code","message"}. [strand] */
    tg_rc (*respond)(const tg_host*, tg_hook*, uint32_t status, tg_str content_type, tg_str body);
    /* {"code","message",…fields} with the status that fits the code. [strand] */
    tg_rc (*fail)(const tg_host*, tg_hook*, tg_str code, tg_str message, tg_str fields);
} tg_ext_http;

#ifdef __cplusplus
}
#endif
#endif
