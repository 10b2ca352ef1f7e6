#include "plugin/abi_text.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/host_api.hpp"
#include "protocol/json_text.hpp"

#include <string>

namespace tidegate::plugin {

namespace {

std::string_view tenant_of(const Hook* hook) { return hook ? hook->call.tenant_name() : std::string_view("default"); }

tg_rc check_events(Generation& generation, const tg_publication& publication) {
    for (const auto text : {publication.event, publication.author_event}) {
        const auto event = from_c(text);
        if (event.empty()) continue;
        if (const auto rc = check_own_type(generation, event); rc != TG_OK) return rc;
        if (!protocol::splice_point(event)) return TG_E_INVALID;
    }
    return from_c(publication.event).empty() ? TG_E_INVALID : TG_OK;
}

tg_rc publish(const tg_host* host, tg_hook* handle, const tg_publication* publication, tg_result* now, tg_done) {
    auto& generation = generation_of(host);
    if (!TG_HAS(publication, tg_publication, author_event)) return TG_E_INVALID;
    Hook* hook = live_hook(host, handle);
    if (handle && !hook) return TG_E_INVALID;
    const auto channel = from_c(publication->channel);
    const auto* pattern = own_channel(generation, channel);
    if (!pattern) return fail_now(hook, now, TG_E_FORBIDDEN, "the channel is not this plugin's");
    const bool recorded = publication->flags & TG_PUBLISH_RECORDED;
    if (recorded && !pattern->may_record) {
        generation.note_refused_send("recorded events on the live channel '" + std::string(channel) + "'");
        return fail_now(hook, now, TG_E_FORBIDDEN, "the channel is live");
    }
    if (const auto rc = check_events(generation, *publication); rc != TG_OK)
        return fail_now(hook, now, rc, "the event is not this plugin's");
    routing::Publication out;
    out.tenant = tenant_of(hook);
    out.channel = channel;
    out.event = from_c(publication->event);
    out.recorded = recorded;
    out.lane = recorded || publication->lane == TG_LANE_EVENTS ? session::Lane::kEvents : session::Lane::kBulk;
    out.conflate_key = recorded ? std::string_view{} : from_c(publication->conflate_key);
    out.author = SessionId(publication->author);
    out.author_event = from_c(publication->author_event);
    const auto offset = generation.slot().engine().services.gateway.publish(out);
    if (!offset) return fail_now(hook, now, rc_of(offset.error().code), offset.error().text);
    return done_now(now, nullptr, *offset);
}

tg_rc subscribers(const tg_host* host, tg_hook* handle, tg_str channel, tg_result* now) {
    auto& generation = generation_of(host);
    Hook* hook = live_hook(host, handle);
    if (handle && !hook) return TG_E_INVALID;
    if (!own_channel(generation, from_c(channel)))
        return fail_now(hook, now, TG_E_FORBIDDEN, "the channel is not this plugin's");
    return done_now(now, nullptr,
                    generation.slot().engine().services.gateway.subscribers(tenant_of(hook), from_c(channel)));
}

constexpr tg_ext_channel kExtension{sizeof(tg_ext_channel), &publish, &subscribers};

}  // namespace

const tg_ext_channel* channel_extension() { return &kExtension; }

}  // namespace tidegate::plugin
