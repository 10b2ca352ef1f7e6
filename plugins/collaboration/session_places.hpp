// SessionPlaces: in which quotes a connection is, holds locks, or is watched: attributes that the host keeps with the
// session, so they outlive the plugin and end with the connection.
// Thread rule: [strand].
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tidegate/session.hpp>
#include <vector>

namespace tidegate::collaboration {

// Three lists of that many ids fit in what the host keeps for a session.
inline constexpr std::size_t kMaxPlaces = 8;

class SessionPlaces {
public:
    static SessionPlaces joined(tg::Session session) { return {session, "joined"}; }
    static SessionPlaces locked(tg::Session session) { return {session, "locked"}; }
    static SessionPlaces watched(tg::Session session) { return {session, "watched"}; }

    // Empty, too, when the session is gone.
    std::vector<std::string> all() const;
    bool has(std::string_view quote_id) const;
    bool any_besides(std::string_view quote_id) const;
    // False: it has its number, or the session is gone.
    bool add(std::string_view quote_id) const;
    void remove(std::string_view quote_id) const;

private:
    SessionPlaces(tg::Session session, std::string_view name) : session_(session), name_(name) {}
    bool store(const std::vector<std::string>& ids) const;

    tg::Session session_;
    std::string_view name_;
};

}  // namespace tidegate::collaboration
