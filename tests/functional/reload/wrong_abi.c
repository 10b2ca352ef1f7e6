/* Claims an ABI that no host speaks. Everything else is right, so that the version alone refuses it. */
#include <tidegate/abi/all.h>

static tg_plugin* create(const tg_host* host) {
    (void)host;
    return 0;
}

__attribute__((visibility("default"))) const tg_entry tidegate_plugin_entry = {
    TG_ABI_MAGIC, TG_ABI_MAJOR + 1, 0, sizeof(tg_entry), TIDEGATE_PLUGIN_ID, TIDEGATE_PLUGIN_VERSION, create};
