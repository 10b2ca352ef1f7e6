#pragma once

// Leases as the host says them. Not for authors: lease.hpp is. [any-thread]

#include <tidegate/detail/answer_json.hpp>
#include <tidegate/lease_values.hpp>

namespace tg::detail {

inline bool read_lease(json::Reader& reader, std::vector<Lease>& out) {
    std::string path;
    std::string holder;
    std::string session;
    std::string data;
    std::uint64_t token = 0;
    bool implicit = false;
    std::int64_t expires_ms = 0;
    std::int64_t ttl_ms = 0;
    if (!read_object(reader, text_member("path", path), text_member("holder", holder), text_member("session", session),
                     count_member("token", token), flag_member("implicit", implicit),
                     integer_member("expires_ms", expires_ms), integer_member("ttl_ms", ttl_ms),
                     object_member("data", data)))
        return false;
    out.emplace_back(std::move(path), std::move(holder), std::move(session), std::move(data), token, implicit,
                     expires_ms, ttl_ms);
    return true;
}

inline auto leases_member(std::string_view name, std::vector<Lease>& out) {
    return array_member(name, [&out](json::Reader& reader) { return read_lease(reader, out); });
}

inline Result<LeaseGrant> read_grant(std::uint64_t token, std::string_view text) {
    bool granted = false;
    std::vector<Lease> leases;
    std::vector<Lease> blocked_by;
    std::vector<Lease> evicted;
    if (!read_answer(text, flag_member("granted", granted), leases_member("leases", leases),
                     leases_member("blocked_by", blocked_by), leases_member("evicted", evicted)))
        return malformed("Leases::acquire");
    return LeaseGrant(granted, token, std::move(leases), std::move(blocked_by), std::move(evicted));
}

inline Result<std::vector<Lease>> read_leases(std::string_view member, std::string_view text, std::string_view call) {
    std::vector<Lease> leases;
    if (!read_answer(text, leases_member(member, leases))) return malformed(call);
    return leases;
}

inline bool read_expired(std::string_view text, std::vector<Lease>& out) {
    return read_answer(text, leases_member("expired", out));
}

}  // namespace tg::detail
