#pragma once

// Session: one client's connection, by its id. A value: it may be stored and outlive the client; a stale one loses what
// is sent to it (counted by the host), never crashes. join and leave belong into a hook [strand], the rest is
// [any-thread].

#include <tidegate/detail/op.hpp>
#include <tidegate/status.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tg {

// Lanes of a connection: within one, the order of sending holds.
enum class Lane : std::uint32_t { kControl = TG_LANE_CONTROL, kEvents = TG_LANE_EVENTS, kBulk = TG_LANE_BULK };

class Session {
public:
    Session() noexcept = default;
    explicit Session(tg_session id) noexcept : id_(id) {}

    tg_session id() const noexcept { return id_; }
    bool operator==(const Session&) const noexcept = default;

    // A JSON object whose `type` is of this plugin. Never waits; ok with rc() TG_BACKPRESSURE when it was taken and the
    // connection is behind: who has much more goes on later.
    Status push(std::string_view object, Lane lane = Lane::kEvents) const {
        if (!detail::g_session) return absent();
        return Status(detail::g_session->send(g_host, detail::current_hook(), id_, detail::str(object),
                                              static_cast<std::uint32_t>(lane)));
    }
    Status close(std::uint16_t code, std::string_view reason) const {
        if (!detail::g_session) return absent();
        return Status(detail::g_session->close(g_host, id_, code, detail::str(reason)));
    }
    // A channel of this plugin: `channel:subscribed`, then its events.
    Status join(std::string_view channel) const {
        if (!detail::g_session) return absent();
        return Status(detail::g_session->join(g_host, detail::current_hook(), id_, detail::str(channel)));
    }
    Status leave(std::string_view channel) const {
        if (!detail::g_session) return absent();
        return Status(detail::g_session->leave(g_host, detail::current_hook(), id_, detail::str(channel)));
    }

    // Kept by the host per plugin and session, at most 1 KiB together, over reloads. An empty value removes.
    Status set_attribute(std::string_view name, std::string_view value) const {
        if (!detail::g_session) return absent();
        return Status(detail::g_session->attribute_set(g_host, id_, detail::str(name), detail::str(value)));
    }
    Result<std::string> attribute(std::string_view name) const {
        if (!detail::g_session) return absent();
        tg_result now = detail::empty_result();
        detail::Outcome outcome;
        detail::take_inline(outcome, detail::g_session->attribute_get(g_host, id_, detail::str(name), &now), now);
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.bytes.str();
    }

private:
    static Status absent() { return Status(TG_E_UNSUPPORTED, TG_EXT_SESSION); }
    tg_session id_ = 0;
};

}  // namespace tg
