// Locks: explicit leases on fields, and telling of them.

#include <algorithm>
#include <utility>

#include "collaboration_plugin.hpp"
#include "quote_document/edit.hpp"
#include "quote_document/field_path.hpp"
#include "quote_document/identity.hpp"
#include "roles.hpp"
#include "session_places.hpp"

namespace tidegate::collaboration {
namespace {

bool any_implicit(const std::vector<tg::Lease>& leases) {
    return std::any_of(leases.begin(), leases.end(), [](const tg::Lease& lease) { return lease.implicit(); });
}

// Of one person on one quote.
constexpr std::uint32_t kMaxLocks = 100;

bool outranks_all(std::string_view role, const std::vector<tg::Lease>& leases) {
    return std::all_of(leases.begin(), leases.end(), [&](const tg::Lease& lease) {
        return may_take_over(role, read_holder(lease.holder(), lease.data()).person.role);
    });
}

std::uint64_t newest(const std::vector<tg::Lease>& leases) {
    std::uint64_t token = 0;
    for (const tg::Lease& lease : leases) token = std::max(token, lease.token());
    return token;
}

void tell_unlocked(const std::string& channel, const tg::Lease& lease, std::string_view reason, const Person* by) {
    const Person holder = read_holder(lease.holder(), lease.data()).person;
    tg::Channel::publish_live(channel, field_unlocked(lease.path(), holder, reason, by), tg::Lane::kEvents);
}

}  // namespace

tg::Task<tg::Result<tg::LeaseGrant>> CollaborationPlugin::acquire(Caller caller, std::string field, bool take_over) {
    std::uint64_t up_to = 0;
    for (std::size_t waits = 0;;) {
        tg::LeaseRequest request(caller.channel());
        request.path(field).holder(caller.person.id).session(caller.client_id).ttl_ms(lease_ttl_ms_);
        request.data(holder_json(caller.person, caller.session.id())).take_over_up_to(up_to);
        request.reuse_own().holder_limit(kMaxLocks);
        auto grant = co_await tg::Leases::acquire(std::move(request));
        if (!grant && grant.rc() == TG_E_TOO_LARGE)
            co_return tg::Status(TG_E_BUSY, "you hold as many locks as one may on a quote");
        if (!grant) co_return refusal_of("lock a field", grant.status());
        if (grant->granted()) co_return std::move(grant);
        if (any_implicit(grant->blocked_by())) {
            if (waits == quote::kWaitsMs.size()) co_return std::move(grant);
            const std::uint64_t wait_ms = quote::kWaitsMs[waits++];
            co_await tg::Exec::sleep(wait_ms);
            continue;
        }
        // Once: what was locked since, was locked after this request.
        const bool may = take_over && up_to == 0 && outranks_all(caller.person.role, grant->blocked_by());
        if (!may) co_return std::move(grant);
        up_to = newest(grant->blocked_by());
    }
}

tg::Task<tg::Status> CollaborationPlugin::may_lock(std::string quote_id) {
    auto review = co_await tg::Docs::get_part(quote::kQuoteType, quote_id, "review");
    if (!review && review.rc() == TG_E_NOT_FOUND) co_return tg::Status();
    if (!review) co_return refusal_of("read a quote's review", review.status());
    if (review->stands()) co_return tg::Status(TG_E_CONFLICT, "the quote is under review");
    co_return tg::Status();
}

tg::Task<> CollaborationPlugin::lock(tg::Message message, Caller caller, Request request) {
    if (auto why = quote::check_field(request.field)) {
        message.fail("invalid", *why);
        co_return;
    }
    const tg::Status allowed = co_await may_lock(caller.quote_id);
    if (!allowed.ok()) {
        message.fail(allowed);
        co_return;
    }
    auto grant = co_await acquire(caller, request.field, request.take_over);
    if (!grant) {
        message.fail(grant.status());
        co_return;
    }
    // Left while it was waited for.
    if (grant->granted() && !SessionPlaces::joined(caller.session).has(caller.quote_id)) {
        co_await end_locks(caller, "left", caller.client_id);
        message.fail("forbidden", "join the session of this quote first");
        co_return;
    }
    if (!grant->granted()) {
        locks_refused_total_.add();
        message.fail("field_locked", "Field " + request.field + " is locked by another user",
                     locked_by(request.field, grant->blocked_by().front()));
        co_return;
    }
    // From here to the last word nothing is awaited: nobody's unlock may be told before this lock.
    const tg::Lease lease = grant->leases().front();
    SessionPlaces::locked(caller.session).add(caller.quote_id);
    locks_total_.add();
    for (const tg::Lease& evicted : grant->evicted()) tell_unlocked(caller.channel(), evicted, "taken", &caller.person);
    tg::Channel::publish_live(caller.channel(), field_locked(lease.path(), caller.person, lease), caller.session,
                              std::string_view(), tg::Lane::kEvents);
    message.reply(on_channel(field_locked_for_holder(lease.path(), lease), caller.channel()));
    const std::vector<tg::Lease> taken = grant->evicted();
    for (const tg::Lease& evicted : taken) co_await audit(caller, evicted);
}

tg::Task<> CollaborationPlugin::audit(Caller caller, tg::Lease evicted) {
    locks_taken_total_.add();
    const Person from = read_holder(evicted.holder(), evicted.data()).person;
    tg::Patch patch(kTakeoverType, tg::random_uuid());
    patch.set("", takeover_document(caller.quote_id, evicted.path(), from, caller.person, evicted.token(),
                                    quote::time_text(tg::wall_ms())));
    patch.event("lock.taken", taken_event(caller.quote_id, evicted.path(), from, caller.person));
    patch.base_revision(0).actor(caller.person.id);
    auto kept = co_await tg::Docs::patch(std::move(patch));
    if (!kept)
        tg::log::error("keep that " + caller.person.id + " took " + evicted.path() + " of quote " + caller.quote_id +
                       " from " + from.id + ": " + kept.text());
}

tg::Task<> CollaborationPlugin::unlock(tg::Message message, Caller caller, Request request) {
    auto released = co_await tg::Leases::unlock(caller.channel(), request.field, caller.person.id);
    if (!released || released->empty()) {
        message.fail(released ? tg::not_found("you have no lock on this field")
                              : refusal_of("unlock", released.status()));
        co_return;
    }
    const std::string event = field_unlocked(request.field, caller.person, "released", nullptr);
    tg::Channel::publish_live(caller.channel(), event, caller.session, with(event, caller.ref), tg::Lane::kEvents);
}

tg::Task<> CollaborationPlugin::end_locks(Caller caller, std::string reason, std::string of_client) {
    auto leases = co_await tg::Leases::list(caller.channel());
    if (!leases) {
        refusal_of("list locks", leases.status());
        co_return;
    }
    for (const tg::Lease& lease : *leases) {
        if (lease.implicit() || (!of_client.empty() && lease.session() != of_client)) continue;
        tg::LeaseMatch match(caller.channel());
        match.path(lease.path()).token(lease.token());
        auto released = co_await tg::Leases::release(std::move(match));
        if (!released) refusal_of("release a lock", released.status());
        if (!released || released->empty()) continue;
        tell_unlocked(caller.channel(), lease, reason, of_client.empty() ? &caller.person : nullptr);
    }
}

void CollaborationPlugin::on_lease(const tg::LeaseNotice& notice) {
    const std::string_view quote_id = quote::quote_of_channel(notice.space());
    for (const tg::Lease& lease : notice.expired()) {
        if (lease.implicit()) continue;
        locks_expired_total_.add();
        const tg::Session session(read_holder(lease.holder(), lease.data()).session);
        const bool here = SessionPlaces::joined(session).has(quote_id);
        tell_unlocked(notice.space(), lease, here ? "expired" : "left", nullptr);
    }
}

}  // namespace tidegate::collaboration
