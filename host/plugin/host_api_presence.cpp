#include "plugin/notice_json.hpp"
#include "plugin/port_call.hpp"

#include <string>
#include <utility>

namespace tidegate::plugin {

namespace {

Presence& presence_of(const Hook& hook) { return hook.slot->engine().services.presence; }

PresenceChannel channel_of(const Hook& hook, tg_str channel) {
    return {std::string(hook.call.tenant_name()), owned(channel)};
}

// TG_OK when the plugin has or shares the channel; else what was written to `now`.
tg_rc check_channel(const tg_host* host, tg_hook* handle, tg_str channel, tg_result* now) {
    if (shared_channel(generation_of(host), from_c(channel))) return TG_OK;
    return fail_now(live_hook(host, handle), now, TG_E_FORBIDDEN, "the channel is none of this plugin's");
}

constexpr auto kCount = [](std::uint64_t count) { return encode(count); };

tg_rc join(const tg_host* host, tg_hook* handle, const tg_presence_entry* entry, tg_result* now, tg_done done) {
    if (!TG_HAS(entry, tg_presence_entry, info)) return TG_E_INVALID;
    if (const auto rc = check_channel(host, handle, entry->channel, now); rc != TG_OK) return rc;
    if (entry->user.len == 0 || entry->session == 0 || !is_small_object(from_c(entry->info)))
        return fail_now(live_hook(host, handle), now, TG_E_INVALID, "not a usable entry");
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, PresenceDone<std::uint64_t> answered) {
            PresenceEntry wanted;
            wanted.channel = channel_of(hook, entry->channel);
            wanted.user = owned(entry->user);
            wanted.session = entry->session;
            wanted.owner = hook.slot->id();
            wanted.info = owned(entry->info);
            wanted.grace_ms = entry->grace_ms;
            auto outcome = presence_of(hook).join(std::move(wanted), std::move(answered));
            hook.slot->engine().notices.sweep_soon();
            return outcome;
        },
        kCount);
}

tg_rc leave(const tg_host* host, tg_hook* handle, tg_str channel, tg_session session, tg_result* now, tg_done done) {
    if (const auto rc = check_channel(host, handle, channel, now); rc != TG_OK) return rc;
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, PresenceDone<std::uint64_t> answered) {
            auto outcome = presence_of(hook).leave(channel_of(hook, channel), session, std::move(answered));
            hook.slot->engine().notices.sweep_soon();
            return outcome;
        },
        kCount);
}

tg_rc update(const tg_host* host, tg_hook* handle, tg_str channel, tg_session session, tg_str state, tg_result* now,
             tg_done done) {
    if (const auto rc = check_channel(host, handle, channel, now); rc != TG_OK) return rc;
    if (!is_small_object(from_c(state)))
        return fail_now(live_hook(host, handle), now, TG_E_INVALID, "not a usable state");
    return ask_port<void>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, PresenceDone<void> answered) {
            return presence_of(hook).update(channel_of(hook, channel), session, owned(state), std::move(answered));
        },
        [] { return PortValue{}; });
}

tg_rc list(const tg_host* host, tg_hook* handle, tg_str channel, tg_result* now, tg_done done) {
    if (const auto rc = check_channel(host, handle, channel, now); rc != TG_OK) return rc;
    return ask_port<PresenceList>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, PresenceDone<PresenceList> answered) {
            return presence_of(hook).list(channel_of(hook, channel), std::move(answered));
        },
        [](const PresenceList& found) { return encode(found); });
}

constexpr tg_ext_presence kExtension{sizeof(tg_ext_presence), &join, &leave, &update, &list};

}  // namespace

const tg_ext_presence* presence_extension() { return &kExtension; }

}  // namespace tidegate::plugin
