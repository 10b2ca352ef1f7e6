#include "plugin/abi_text.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/host_api.hpp"
#include "plugin/publications.hpp"

#include <string_view>
#include <vector>

namespace tidegate::plugin {

namespace {

std::string_view tenant_of(const Hook* hook) { return hook ? hook->call.tenant_name() : std::string_view("default"); }

tg_rc publish(const tg_host* host, tg_hook* handle, const tg_publication* publication, tg_result* now, tg_done) {
    auto& generation = generation_of(host);
    if (!TG_HAS(publication, tg_publication, author_event)) return TG_E_INVALID;
    Hook* hook = live_hook(host, handle);
    if (handle && !hook) return TG_E_INVALID;
    std::string_view why;
    if (const auto rc = check_publication(generation, *publication, why); rc != TG_OK)
        return fail_now(hook, now, rc, why);
    std::vector<SessionId> excluded;
    const auto out = publication_of(*publication, tenant_of(hook), excluded);
    const auto offset = generation.slot().engine().services.gateway.publish(out);
    if (!offset) return fail_now(hook, now, rc_of(offset.error().code), offset.error().text);
    return done_now(now, nullptr, *offset);
}

tg_rc subscribers(const tg_host* host, tg_hook* handle, tg_str channel, tg_result* now) {
    auto& generation = generation_of(host);
    Hook* hook = live_hook(host, handle);
    if (handle && !hook) return TG_E_INVALID;
    if (!shared_channel(generation, from_c(channel)))
        return fail_now(hook, now, TG_E_FORBIDDEN, "the channel is not this plugin's");
    return done_now(now, nullptr,
                    generation.slot().engine().services.gateway.subscribers(tenant_of(hook), from_c(channel)));
}

constexpr tg_ext_channel kExtension{sizeof(tg_ext_channel), &publish, &subscribers};

}  // namespace

const tg_ext_channel* channel_extension() { return &kExtension; }

}  // namespace tidegate::plugin
