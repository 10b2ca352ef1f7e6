#include "collaboration_plugin.hpp"

#include <utility>

#include "quote_document/identity.hpp"
#include "session_places.hpp"

namespace tidegate::collaboration {

tg::Status CollaborationPlugin::configure(std::string_view json) {
    const Settings settings = read_settings(json);
    grace_ms_ = settings.grace_ms;
    lease_ttl_ms_ = settings.lease_ttl_ms;
    cursors_.set_interval_ms(settings.cursor_interval_ms);
    return tg::Status();
}

tg::Status CollaborationPlugin::start() {
    joined_total_ = tg::Counter("joined_total", "Connections that joined the session of a quote");
    edits_total_ = tg::Counter("edits_total", "Edits that were committed");
    edits_refused_total_ = tg::Counter("edits_refused_total", "Edits that were refused");
    locks_total_ = tg::Counter("locks_total", "Locks that were granted");
    locks_refused_total_ = tg::Counter("locks_refused_total", "Locks that were refused");
    locks_taken_total_ = tg::Counter("locks_taken_total", "Locks that were taken over");
    locks_expired_total_ = tg::Counter("locks_expired_total", "Locks that ended by themselves");
    comments_total_ = tg::Counter("comments_total", "Comments that were added");
    cursor_moves_total_ = tg::Counter("cursor_moves_total", "Moves of cursors that came in");
    cursor_events_total_ = tg::Counter("cursor_events_total", "Moves of cursors that were told");
    edit_us_ = tg::Histogram("edit_us", "From an edit's message to its commit in microseconds",
                             {50, 100, 250, 500, 1000, 2500, 5000, 10000, 50000, 250000});
    return tg::Status();
}

const CollaborationPlugin::Route* CollaborationPlugin::route_of(std::string_view type) {
    using Self = CollaborationPlugin;
    static constexpr Route kRoutes[] = {
        {"cursor:move", Rights::kNone, &Self::move_cursor},
        {"field:update", Rights::kNone, &Self::update},
        {"session:leave", Rights::kNone, &Self::leave},
        {"comment:list", Rights::kViewer, &Self::list_comments},
        {"session:history", Rights::kViewer, &Self::history},
        {"session:versions", Rights::kViewer, &Self::list_versions},
        {"comment:add", Rights::kEditor, &Self::add_comment},
        {"comment:resolve", Rights::kEditor, &Self::resolve_comment},
        {"field:lock", Rights::kEditor, &Self::lock},
        {"field:redo", Rights::kEditor, &Self::redo},
        {"field:undo", Rights::kEditor, &Self::undo},
        {"field:unlock", Rights::kEditor, &Self::unlock},
        {"session:restore_version", Rights::kEditor, &Self::restore_version},
        {"session:review", Rights::kEditor, &Self::review},
        {"session:save_version", Rights::kEditor, &Self::save_version},
    };
    for (const Route& route : kRoutes) {
        if (route.type == type) return &route;
    }
    return nullptr;
}

tg::Task<tg::Status> CollaborationPlugin::on_message(tg::Message message) {
    const std::string_view quote_id = quote::quote_of_channel(message.channel());
    if (quote_id.empty()) co_return tg::invalid("the channel is not that of a quote");
    auto request = read_request(message.payload());
    if (!request) co_return tg::invalid("the message is not in its form");
    Caller caller(quote_id, message);
    if (message.type() == "session:join") {
        co_await join(std::move(message), std::move(caller), std::move(*request));
        co_return tg::Status();
    }
    const Route* route = route_of(message.type());
    if (!route) {
        message.fail("unknown_type", "collaboration does not know this type");
        co_return tg::Status();
    }
    if (!SessionPlaces::joined(caller.session).has(caller.quote_id))
        co_return tg::forbidden("join the session of this quote first");

    if (route->needs != Rights::kNone) {
        auto held = co_await rights(caller);
        if (!held) co_return held.status();
        if (*held == Rights::kNone) co_await put_out(caller);
        if (*held < route->needs) co_return tg::forbidden("this quote is not yours to change");
    }
    if (message.type() != "field:update") {
        std::string none;
        co_await renew_locks(caller, std::move(none));
    }
    co_await (this->*route->run)(std::move(message), std::move(caller), std::move(*request));
    co_return tg::Status();
}

// Any message is a sign of life for all that the connection has locked.
tg::Task<> CollaborationPlugin::renew_locks(Caller caller, std::string besides) {
    const std::vector<std::string> locked = SessionPlaces::locked(caller.session).all();
    for (const std::string& quote_id : locked) {
        if (quote_id == besides) continue;
        if (!SessionPlaces::joined(caller.session).has(quote_id)) {
            SessionPlaces::locked(caller.session).remove(quote_id);
            continue;
        }
        auto renewed = co_await tg::Leases::renew(quote::channel_of(quote_id), caller.client_id, lease_ttl_ms_);
        if (!renewed) refusal_of("renew locks", renewed.status());
    }
}

// Whose rights are gone is no longer there, and keeps nothing locked.
tg::Task<> CollaborationPlugin::put_out(Caller caller) {
    SessionPlaces::joined(caller.session).remove(caller.quote_id);
    SessionPlaces::locked(caller.session).remove(caller.quote_id);
    co_await depart(caller.channel(), caller.session, caller.client_id);
}

tg::Task<> CollaborationPlugin::on_task(tg::TaskMessage task) {
    const std::uint64_t scope = task.scope();
    std::string channel(task.key());
    std::string payload(task.payload());
    if (task.name() == kCursorsTask) {
        co_await flush_cursors(scope, std::move(channel), std::move(payload));
    } else if (task.name() == kWatchTask) {
        co_await watch(std::move(channel), std::move(payload));
    } else {
        tg::log::error("a task that this version does not know: " + std::string(task.name()));
    }
}

}  // namespace tidegate::collaboration

TG_PLUGIN(tidegate::collaboration::CollaborationPlugin)
