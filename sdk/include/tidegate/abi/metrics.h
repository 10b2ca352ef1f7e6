/* tg.metrics/1: counters and histograms of a plugin, exported as tidegate_plugin_<id>_<name>. */
#ifndef TIDEGATE_ABI_METRICS_H
#define TIDEGATE_ABI_METRICS_H

#include <tidegate/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_EXT_METRICS "tg.metrics/1"

typedef struct tg_metric tg_metric; /* lives as long as the host, shared by generations */

typedef struct tg_ext_metrics {
    uint32_t size;
    /* The same name gives the same metric. Null for a name that is not [a-z0-9_]{1,64} or of another kind. [control] */
    tg_metric* (*counter)(const tg_host*, tg_str name, tg_str help);
    tg_metric* (*histogram)(const tg_host*, tg_str name, tg_str help, const double* bounds, size_t bound_count);
    void (*add)(tg_metric*, double amount);    /* [any-thread] */
    void (*observe)(tg_metric*, double value); /* [any-thread] */
} tg_ext_metrics;

#ifdef __cplusplus
}
#endif
#endif
