#pragma once

// Presence as the host says it. Not for authors: presence.hpp is. [any-thread]

#include <tidegate/detail/answer_json.hpp>
#include <tidegate/presence_values.hpp>

#include <charconv>

namespace tg::detail {

inline bool read_present(json::Reader& reader, std::vector<PresentUser>& out) {
    std::string user;
    std::string info;
    std::string state;
    std::uint64_t connections = 0;
    if (!read_object(reader, text_member("user", user), object_member("info", info), object_member("state", state),
                     count_member("connections", connections)))
        return false;
    out.emplace_back(std::move(user), std::move(info), std::move(state), connections);
    return true;
}

inline Result<PresenceList> read_presence_list(std::uint64_t total, std::string_view text) {
    std::vector<PresentUser> users;
    const auto user = [&users](json::Reader& reader) { return read_present(reader, users); };
    if (!read_answer(text, array_member("users", user))) return malformed("Presence::list");
    return PresenceList(std::move(users), total);
}

// A tg_session as a decimal: it does not fit into every JSON number.
inline bool read_session(json::Reader& reader, std::vector<Session>& out) {
    std::string digits;
    tg_session id = 0;
    if (!reader.string(digits)) return false;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || end != digits.data() + digits.size()) return false;
    out.emplace_back(id);
    return true;
}

inline bool read_joined(json::Reader& reader, std::vector<PresenceJoined>& out) {
    std::string user;
    std::string info;
    std::vector<Session> sessions;
    const auto session = [&sessions](json::Reader& of) { return read_session(of, sessions); };
    if (!read_object(reader, text_member("user", user), object_member("info", info), array_member("sessions", session)))
        return false;
    out.emplace_back(std::move(user), std::move(info), std::move(sessions));
    return true;
}

inline bool read_left(json::Reader& reader, std::vector<PresenceLeft>& out) {
    std::string user;
    std::string info;
    if (!read_object(reader, text_member("user", user), object_member("info", info))) return false;
    out.emplace_back(std::move(user), std::move(info));
    return true;
}

inline bool read_changes(std::string_view text, std::vector<PresenceJoined>& joined, std::vector<PresenceLeft>& left) {
    const auto join = [&joined](json::Reader& reader) { return read_joined(reader, joined); };
    const auto leave = [&left](json::Reader& reader) { return read_left(reader, left); };
    return read_answer(text, array_member("joined", join), array_member("left", leave));
}

}  // namespace tg::detail
