// The collaboration plugin: several people on one quote. It keeps no state of its own: presence, leases and documents
// are the host's; what is in memory (cursors not yet told) may be lost with a reload. Messages of one quote start in
// order and overlap while they wait for the store, whose order counts.
// Its parts: join.cpp (coming, going, who is there), locks.cpp, field_updates.cpp, take_back.cpp (undo, redo),
// history.cpp, versions.cpp, review.cpp, comments.cpp, cursor_moves.cpp.
// Thread rule: hooks [strand]; configure and start [control].
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/plugin.hpp>

#include "caller.hpp"
#include "cursors.hpp"
#include "messages.hpp"
#include "quote_document/edit.hpp"
#include "quote_document/stored_quote.hpp"
#include "quote_version.hpp"
#include "records.hpp"
#include "request.hpp"
#include "settings.hpp"
#include "undo_walk.hpp"

namespace tidegate::collaboration {

// A quote as it stands; not found is no failure.
struct Loaded {
    Loaded() {}
    std::optional<std::string> created_by() const { return exists ? std::optional(quote.created_by) : std::nullopt; }

    bool exists = false;
    std::uint64_t revision = 0;
    quote::StoredQuote quote;
};

// One field of an edit, as it is asked for.
struct FieldEdit {
    FieldEdit() {}
    VersionOp::Kind kind = VersionOp::Kind::kSet;
    std::string field;
    std::string value;     // JSON; "" of a removal
    std::string restored;  // a named version's id; "" none
    std::uint64_t undo_of = 0;
};

class CollaborationPlugin final : public tg::Plugin {
public:
    tg::Status configure(std::string_view json);
    tg::Status start();

    tg::Task<tg::Status> on_open(tg::Open open);
    tg::Task<> on_close(tg::Close close);
    tg::Task<tg::Status> on_message(tg::Message message);
    tg::Task<> on_task(tg::TaskMessage task);
    void on_lease(const tg::LeaseNotice& notice);
    tg::Task<> on_presence(tg::PresenceNotice notice);

private:
    using Handler = tg::Task<> (CollaborationPlugin::*)(tg::Message, Caller, Request);
    struct Route {
        std::string_view type;
        Rights needs;
        Handler run;
    };
    static const Route* route_of(std::string_view type);
    // Those on the quote `besides` are not looked at.
    tg::Task<> renew_locks(Caller caller, std::string besides);
    tg::Task<> put_out(Caller caller);

    // quotes.cpp
    tg::Task<tg::Result<Loaded>> load(std::string quote_id);
    tg::Task<tg::Result<Rights>> rights(Caller caller);
    quote::Edit edit_by(const Caller& caller, Note note, const std::vector<FieldEdit>& fields);
    // One field's, as the request asks for it.
    quote::Edit update_by(const Caller& caller, const Request& request, Note note, const FieldEdit& field);
    tg::Task<> answer_again(tg::Message message, Caller caller, std::string field, std::uint64_t revision);
    tg::Task<> reject(tg::Message message, Caller caller, FieldRejected rejection);
    tg::Task<> refuse_edit(tg::Message message, Caller caller, std::string field, quote::EditOutcome outcome);
    tg::Task<std::uint64_t> done_before(Caller caller);

    // join.cpp
    tg::Task<> join(tg::Message message, Caller caller, Request request);
    tg::Task<> leave(tg::Message message, Caller caller, Request request);
    tg::Task<tg::Result<std::string>> enter(Caller caller);
    tg::Task<tg::Result<std::string>> snapshot(Caller caller, Rights rights);
    void tell_presence(const tg::PresenceNotice& notice);
    tg::Task<> depart(std::string channel, tg::Session session, std::string client_id);
    tg::Task<> watch(std::string channel, std::string payload);
    void watch_later(const std::string& channel, tg::Session session, const std::string& payload);

    // locks.cpp
    tg::Task<> lock(tg::Message message, Caller caller, Request request);
    tg::Task<> unlock(tg::Message message, Caller caller, Request request);
    tg::Task<tg::Result<tg::LeaseGrant>> acquire(Caller caller, std::string field, bool take_over);
    tg::Task<tg::Status> may_lock(std::string quote_id);
    tg::Task<> audit(Caller caller, tg::Lease evicted);
    // Every lock of the quote, or of one connection.
    tg::Task<> end_locks(Caller caller, std::string reason, std::string of_client);

    // field_updates.cpp
    tg::Task<> update(tg::Message message, Caller caller, Request request);
    tg::Task<quote::EditOutcome> apply_update(Caller caller, Request request, Note note);

    // take_back.cpp
    tg::Task<> undo(tg::Message message, Caller caller, Request request);
    tg::Task<> redo(tg::Message message, Caller caller, Request request);
    tg::Task<> take_back(tg::Message message, Caller caller, UndoWalk::What what);
    tg::Task<tg::Result<std::optional<QuoteVersion>>> find_to_take_back(Caller caller, UndoWalk::What what);
    tg::Task<> refuse_to_take_back(tg::Message message, Caller caller, std::vector<Reversal> reversals);

    // history.cpp
    tg::Task<> history(tg::Message message, Caller caller, Request request);
    tg::Task<tg::Result<std::vector<QuoteVersion>>> versions_before(std::string quote_id, std::uint64_t before);

    // versions.cpp
    tg::Task<> save_version(tg::Message message, Caller caller, Request request);
    tg::Task<> list_versions(tg::Message message, Caller caller, Request request);
    tg::Task<> restore_version(tg::Message message, Caller caller, Request request);
    tg::Task<tg::Result<NamedVersion>> find_version(std::string quote_id, std::string version_id);

    // review.cpp
    tg::Task<> review(tg::Message message, Caller caller, Request request);

    // comments.cpp
    tg::Task<> add_comment(tg::Message message, Caller caller, Request request);
    tg::Task<> resolve_comment(tg::Message message, Caller caller, Request request);
    tg::Task<> list_comments(tg::Message message, Caller caller, Request request);
    tg::Task<tg::Result<Comment>> find_comment(std::string quote_id, std::string comment_id);

    // records_store.cpp
    tg::Task<tg::Result<RecordPage>> page_of(std::string type, Request request, std::string quote_id);
    tg::Task<tg::Result<std::size_t>> count_of(std::string type, std::string quote_id, std::size_t enough);
    tg::Task<> tell(tg::Message message, Caller caller, std::string event);

    // cursor_moves.cpp
    tg::Task<> move_cursor(tg::Message message, Caller caller, Request request);
    tg::Task<> flush_cursors(std::uint64_t scope, std::string channel, std::string chain);

    std::atomic<std::uint32_t> grace_ms_ = Settings().grace_ms;
    std::atomic<std::uint64_t> lease_ttl_ms_ = Settings().lease_ttl_ms;
    Cursors cursors_{static_cast<std::uint64_t>(tg::monotonic_ns())};

    tg::Counter joined_total_;
    tg::Counter edits_total_;
    tg::Counter edits_refused_total_;
    tg::Counter locks_total_;
    tg::Counter locks_refused_total_;
    tg::Counter locks_taken_total_;
    tg::Counter locks_expired_total_;
    tg::Counter comments_total_;
    tg::Counter cursor_moves_total_;
    tg::Counter cursor_events_total_;
    tg::Histogram edit_us_;
};

// What a store's or the leases' refusal tells a client: the kind of it, without internals, which are logged.
tg::Status refusal_of(std::string_view act, const tg::Status& why);

inline constexpr std::string_view kWatchTask = "watch";
inline constexpr std::string_view kCursorsTask = "cursors";

}  // namespace tidegate::collaboration
