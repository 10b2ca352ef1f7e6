#include "plugin/notice_json.hpp"
#include "plugin/port_call.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kPaths = 256;
constexpr std::uint64_t kLongestMs = 3'600'000;
using Ended = std::vector<Lease>;

Leases& leases_of(const Hook& hook) { return hook.slot->engine().services.leases; }

LeaseSpace space_of(const Hook& hook, tg_str space) { return {std::string(hook.call.tenant_name()), owned(space)}; }

// TG_OK when the plugin shares the channel that the space is named after.
tg_rc check_space(const tg_host* host, tg_str space) {
    return shared_channel(generation_of(host), from_c(space)) ? TG_OK : TG_E_FORBIDDEN;
}

tg_rc refuse(const tg_host* host, tg_hook* handle, tg_result* now, tg_rc rc) {
    return fail_now(live_hook(host, handle), now, rc,
                    rc == TG_E_FORBIDDEN ? "the space is no channel of this plugin's" : "not a usable request");
}

bool is_usable(const tg_lease_request& request) {
    return request.path_count > 0 && request.path_count <= kPaths && request.holder.len > 0 &&
           request.session.len > 0 && request.ttl_ms > 0 && request.ttl_ms <= kLongestMs &&
           is_small_object(from_c(request.data));
}

tg_rc acquire(const tg_host* host, tg_hook* handle, const tg_lease_request* request, tg_result* now, tg_done done) {
    if (!TG_HAS(request, tg_lease_request, take_over_up_to)) return TG_E_INVALID;
    if (const auto rc = check_space(host, request->space); rc != TG_OK) return refuse(host, handle, now, rc);
    if (!is_usable(*request)) return refuse(host, handle, now, TG_E_INVALID);
    return ask_port<LeaseOutcome>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, LeaseDone<LeaseOutcome> answered) {
            LeaseRequest wanted;
            wanted.space = space_of(hook, request->space);
            for (std::uint32_t i = 0; i < request->path_count; ++i) wanted.paths.push_back(owned(request->paths[i]));
            wanted.holder = owned(request->holder);
            wanted.session = owned(request->session);
            wanted.owner = hook.slot->id();
            wanted.data = owned(request->data);
            wanted.ttl_ms = static_cast<std::int64_t>(request->ttl_ms);
            wanted.implicit = request->implicit != 0;
            wanted.take_over_up_to = request->take_over_up_to;
            if (TG_HAS(request, tg_lease_request, holder_limit)) wanted.holder_limit = request->holder_limit;
            if (TG_HAS(request, tg_lease_request, reuse_own)) wanted.reuse_own = request->reuse_own != 0;
            auto outcome = leases_of(hook).acquire(std::move(wanted), std::move(answered));
            hook.slot->engine().notices.sweep_soon();
            return outcome;
        },
        [](const LeaseOutcome& outcome) { return encode(outcome); });
}

tg_rc renew(const tg_host* host, tg_hook* handle, tg_str space, tg_str session, std::uint64_t ttl_ms, tg_result* now,
            tg_done done) {
    if (const auto rc = check_space(host, space); rc != TG_OK) return refuse(host, handle, now, rc);
    if (ttl_ms == 0 || ttl_ms > kLongestMs || session.len == 0) return refuse(host, handle, now, TG_E_INVALID);
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, LeaseDone<std::uint64_t> answered) {
            return leases_of(hook).renew(space_of(hook, space), owned(session), static_cast<std::int64_t>(ttl_ms),
                                         std::move(answered));
        },
        [](std::uint64_t count) { return encode(count); });
}

tg_rc release_matching(const tg_host* host, tg_hook* handle, tg_str space, const LeaseMatch& match, tg_result* now,
                       tg_done done) {
    if (const auto rc = check_space(host, space); rc != TG_OK) return refuse(host, handle, now, rc);
    return ask_port<Ended>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, LeaseDone<Ended> answered) {
            return leases_of(hook).release(space_of(hook, space), match, std::move(answered));
        },
        [](const Ended& ended) {
            return PortValue{Buffer::copy_of(leases_json("released", ended)), ended.size()};
        });
}

tg_rc release(const tg_host* host, tg_hook* handle, tg_str space, tg_str path, tg_str holder, std::uint64_t token,
              tg_result* now, tg_done done) {
    if (path.len == 0 && holder.len == 0 && token == 0) return refuse(host, handle, now, TG_E_INVALID);
    return release_matching(host, handle, space, {owned(path), owned(holder), token}, now, done);
}

tg_rc unlock(const tg_host* host, tg_hook* handle, tg_str space, tg_str path, tg_str holder, tg_result* now,
             tg_done done) {
    if (path.len == 0 || holder.len == 0) return refuse(host, handle, now, TG_E_INVALID);
    return release_matching(host, handle, space, {owned(path), owned(holder), 0, true}, now, done);
}

tg_rc list(const tg_host* host, tg_hook* handle, tg_str space, tg_result* now, tg_done done) {
    if (const auto rc = check_space(host, space); rc != TG_OK) return refuse(host, handle, now, rc);
    return ask_port<Ended>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, LeaseDone<Ended> answered) {
            return leases_of(hook).list(space_of(hook, space), std::move(answered));
        },
        [](const Ended& standing) {
            return PortValue{Buffer::copy_of(leases_json("leases", standing)), standing.size()};
        });
}

constexpr tg_ext_lease kExtension{sizeof(tg_ext_lease), &acquire, &renew, &release, &list, &unlock};

}  // namespace

const tg_ext_lease* lease_extension() { return &kExtension; }

}  // namespace tidegate::plugin
