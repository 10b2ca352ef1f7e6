#pragma once

// Leases: exclusive, expiring claims on paths of a space, each with a fencing token for the writer's patch. A space is
// a channel of the manifest's `channels` or `publishes`. A lease excludes others' on its path, its parents and
// children; one holder's never exclude each other. Not a lock on a document: the token is. Calls are awaited in a hook
// [strand]; values own their texts [any-thread].

#include <tidegate/detail/lease_json.hpp>
#include <tidegate/detail/op.hpp>
#include <tidegate/lease_values.hpp>
#include <tidegate/log.hpp>
#include <tidegate/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

// All of its paths are granted, or none.
class LeaseRequest {
public:
    explicit LeaseRequest(std::string space) noexcept : space_(std::move(space)) {}

    // One more; 1 to 256.
    LeaseRequest& path(std::string path) & { return paths_.push_back(std::move(path)), *this; }
    LeaseRequest&& path(std::string path_of) && { return std::move(path(std::move(path_of))); }
    // Who: the leases of one holder do not exclude each other.
    LeaseRequest& holder(std::string holder) & { return holder_ = std::move(holder), *this; }
    LeaseRequest&& holder(std::string holder_of) && { return std::move(holder(std::move(holder_of))); }
    // What keeps them alive: renewed and released together.
    LeaseRequest& session(std::string session) & { return session_ = std::move(session), *this; }
    LeaseRequest&& session(std::string session_of) && { return std::move(session(std::move(session_of))); }
    // A JSON object of at most 512 bytes, shown with the lease.
    LeaseRequest& data(std::string json) & { return data_ = std::move(json), *this; }
    LeaseRequest&& data(std::string json) && { return std::move(data(std::move(json))); }
    LeaseRequest& ttl_ms(std::uint64_t ttl) & { return ttl_ms_ = ttl, *this; }
    LeaseRequest&& ttl_ms(std::uint64_t ttl) && { return std::move(ttl_ms(ttl)); }
    // For one write; a later explicit request of its holder replaces it under a new token.
    LeaseRequest& implicit() & { return implicit_ = true, *this; }
    LeaseRequest&& implicit() && { return std::move(implicit()); }
    // Excluding leases of others with tokens up to this end.
    LeaseRequest& take_over_up_to(std::uint64_t token) & { return take_over_up_to_ = token, *this; }
    LeaseRequest&& take_over_up_to(std::uint64_t token) && { return std::move(take_over_up_to(token)); }

    // A path that lies in an explicit lease of the holder asks for that lease, the outermost of nested ones.
    LeaseRequest& reuse_own() & { return reuse_own_ = true, *this; }
    LeaseRequest&& reuse_own() && { return std::move(reuse_own()); }
    // TOO_LARGE beyond so many explicit leases of the holder in the space.
    LeaseRequest& holder_limit(std::uint32_t limit) & { return holder_limit_ = limit, *this; }
    LeaseRequest&& holder_limit(std::uint32_t limit) && { return std::move(holder_limit(limit)); }

    // Calls use(const tg_lease_request&) with this request as the ABI wants it.
    template <class Use>
    auto with_raw(Use use) const {
        std::vector<tg_str> paths;
        paths.reserve(paths_.size());
        for (const std::string& path : paths_) paths.push_back(detail::str(path));
        tg_lease_request raw{};
        raw.size = sizeof(raw);
        raw.path_count = static_cast<std::uint32_t>(paths.size());
        raw.space = detail::str(space_);
        raw.paths = paths.data();
        raw.holder = detail::str(holder_);
        raw.session = detail::str(session_);
        raw.data = detail::str(data_);
        raw.ttl_ms = ttl_ms_;
        raw.implicit = implicit_ ? 1 : 0;
        raw.reuse_own = reuse_own_ ? 1 : 0;
        raw.take_over_up_to = take_over_up_to_;
        raw.holder_limit = holder_limit_;
        return use(raw);
    }

private:
    std::string space_;
    std::vector<std::string> paths_;
    std::string holder_;
    std::string session_;
    std::string data_;
    std::uint64_t ttl_ms_ = 0;
    std::uint64_t take_over_up_to_ = 0;
    std::uint32_t holder_limit_ = 0;
    bool implicit_ = false;
    bool reuse_own_ = false;
};

// Leases that match all that is given; something must be.
class LeaseMatch {
public:
    explicit LeaseMatch(std::string space) noexcept : space_(std::move(space)) {}

    LeaseMatch& path(std::string path) & { return path_ = std::move(path), *this; }
    LeaseMatch&& path(std::string path_of) && { return std::move(path(std::move(path_of))); }
    LeaseMatch& holder(std::string holder) & { return holder_ = std::move(holder), *this; }
    LeaseMatch&& holder(std::string holder_of) && { return std::move(holder(std::move(holder_of))); }
    LeaseMatch& token(std::uint64_t token) & { return token_ = token, *this; }
    LeaseMatch&& token(std::uint64_t token_of) && { return std::move(token(token_of)); }

    // Calls use(space, path, holder, token) as the ABI wants them.
    template <class Use>
    auto with_raw(Use use) const {
        return use(detail::str(space_), detail::str(path_), detail::str(holder_), token_);
    }

private:
    std::string space_;
    std::string path_;
    std::string holder_;
    std::uint64_t token_ = 0;
};

namespace detail {

class [[nodiscard(TG_AWAIT_IT)]] AcquireOp : public Op<AcquireOp, Result<LeaseGrant>> {
public:
    explicit AcquireOp(LeaseRequest request) noexcept : request_(std::move(request)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_lease) return absent(now, TG_EXT_LEASE);
        return request_.with_raw(
            [&](const tg_lease_request& raw) { return g_lease->acquire(g_host, hook, &raw, now, done); });
    }
    Result<LeaseGrant> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_grant(outcome.number, outcome.bytes.view());
    }

private:
    LeaseRequest request_;
};

class [[nodiscard(TG_AWAIT_IT)]] RenewOp : public Op<RenewOp, Result<std::uint64_t>> {
public:
    RenewOp(std::string_view space, std::string_view session, std::uint64_t ttl_ms)
        : space_(space), session_(session), ttl_ms_(ttl_ms) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_lease) return absent(now, TG_EXT_LEASE);
        return g_lease->renew(g_host, hook, str(space_), str(session_), ttl_ms_, now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    std::string space_;
    std::string session_;
    std::uint64_t ttl_ms_;
};

class [[nodiscard(TG_AWAIT_IT)]] ReleaseOp : public Op<ReleaseOp, Result<std::vector<Lease>>> {
public:
    explicit ReleaseOp(LeaseMatch match) noexcept : match_(std::move(match)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_lease) return absent(now, TG_EXT_LEASE);
        return match_.with_raw([&](tg_str space, tg_str path, tg_str holder, std::uint64_t token) {
            return g_lease->release(g_host, hook, space, path, holder, token, now, done);
        });
    }
    Result<std::vector<Lease>> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_leases("released", outcome.bytes.view(), "Leases::release");
    }

private:
    LeaseMatch match_;
};

class [[nodiscard(TG_AWAIT_IT)]] UnlockOp : public Op<UnlockOp, Result<std::vector<Lease>>> {
public:
    UnlockOp(std::string_view space, std::string_view path, std::string_view holder)
        : space_(space), path_(path), holder_(holder) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!TG_HAS(g_lease, tg_ext_lease, unlock)) return absent(now, TG_EXT_LEASE);
        return g_lease->unlock(g_host, hook, str(space_), str(path_), str(holder_), now, done);
    }
    Result<std::vector<Lease>> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_leases("released", outcome.bytes.view(), "Leases::unlock");
    }

private:
    std::string space_;
    std::string path_;
    std::string holder_;
};

class [[nodiscard(TG_AWAIT_IT)]] ListLeasesOp : public Op<ListLeasesOp, Result<std::vector<Lease>>> {
public:
    explicit ListLeasesOp(std::string_view space) : space_(space) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_lease) return absent(now, TG_EXT_LEASE);
        return g_lease->list(g_host, hook, str(space_), now, done);
    }
    Result<std::vector<Lease>> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_leases("leases", outcome.bytes.view(), "Leases::list");
    }

private:
    std::string space_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::AcquireOp> = true;
template <>
inline constexpr bool is_awaitable<detail::RenewOp> = true;
template <>
inline constexpr bool is_awaitable<detail::ReleaseOp> = true;
template <>
inline constexpr bool is_awaitable<detail::UnlockOp> = true;
template <>
inline constexpr bool is_awaitable<detail::ListLeasesOp> = true;

class Leases {
public:
    // Result<LeaseGrant>; a request that others' leases block is no error: granted() is false. A path that its holder
    // has keeps its token; whatever else the session holds in the space is renewed too. Errors: INVALID, FORBIDDEN
    // (space), TOO_LARGE (holder_limit), BUSY, UNAVAILABLE.
    static detail::AcquireOp acquire(LeaseRequest request) { return detail::AcquireOp(std::move(request)); }
    // Result<std::uint64_t>: how many leases of the session now end in ttl_ms.
    static detail::RenewOp renew(std::string_view space, std::string_view session, std::uint64_t ttl_ms) {
        return detail::RenewOp(space, session, ttl_ms);
    }
    // Result<std::vector<Lease>>: what ended. No on_lease follows.
    static detail::ReleaseOp release(LeaseMatch match) { return detail::ReleaseOp(std::move(match)); }
    // Result<std::vector<Lease>>: the explicit lease that the holder had on this very path, or nothing.
    static detail::UnlockOp unlock(std::string_view space, std::string_view path, std::string_view holder) {
        return detail::UnlockOp(space, path, holder);
    }
    // Result<std::vector<Lease>>, by path.
    static detail::ListLeasesOp list(std::string_view space) { return detail::ListLeasesOp(space); }
};

// What on_lease gets: leases that this plugin acquired, possibly in an earlier generation, and that ended without its
// doing. It owns what it says. [strand] of the space.
class LeaseNotice {
public:
    using Raw = tg_notice;
    LeaseNotice(const tg_notice& raw, tg_hook*, detail::Keep) {
        const tg_notice known = detail::copy_struct(&raw);
        space_ = detail::view(known.key);
        scope_ = known.scope;
        if (!detail::read_expired(detail::view(known.payload), expired_)) {
            expired_.clear();
            log::error("on_lease " + space_ + ": malformed notice of the host");
        }
    }

    const std::string& space() const& noexcept { return space_; }
    std::string space() && noexcept { return std::move(space_); }
    const std::vector<Lease>& expired() const& noexcept { return expired_; }
    std::vector<Lease> expired() && noexcept { return std::move(expired_); }
    // The same for all of one tenant, and for nobody else: part of the key of whatever a plugin keeps in memory.
    std::uint64_t scope() const noexcept { return scope_; }

private:
    std::string space_;
    std::vector<Lease> expired_;
    std::uint64_t scope_ = 0;
};

}  // namespace tg
