// cursor:move: taken in at once, told at a bounded pace.

#include <charconv>
#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"

namespace tidegate::collaboration {
namespace {

constexpr std::size_t kMaxPositionBytes = 512;

}  // namespace

// Who is in the session may move in it. A document is read for those only whose right rests on having created it.
tg::Task<> CollaborationPlugin::move_cursor(tg::Message message, Caller caller, Request request) {
    auto held = co_await rights(caller);
    if (!held || *held == Rights::kNone) {
        if (held) co_await put_out(caller);
        message.fail(held ? tg::forbidden("this quote is not yours to see") : held.status());
        co_return;
    }
    if (request.position.size() > kMaxPositionBytes || check_value(request.position)) {
        message.fail("invalid", "a position is an object of at most 512 bytes");
        co_return;
    }
    cursor_moves_total_.add();
    if (!caller.ref.empty())
        message.reply(on_channel(cursor_moved(caller.person.id, request.position), caller.channel()));
    CursorMove move;
    move.user = caller.person.id;
    move.position = std::move(request.position);
    move.session = caller.session;
    const Cursors::Place place(caller.scope, caller.channel());
    const std::uint64_t chain = cursors_.move(place, std::move(move));
    if (chain == 0) co_return;
    const tg::Status posted = tg::Exec::post(place.second, kCursorsTask, std::to_string(chain));
    if (!posted.ok()) cursors_.stop(place, chain);
}

tg::Task<> CollaborationPlugin::flush_cursors(std::uint64_t scope, std::string channel, std::string chain_text) {
    std::uint64_t chain = 0;
    std::from_chars(chain_text.data(), chain_text.data() + chain_text.size(), chain);
    const Cursors::Place place(scope, channel);
    Cursors::Flush flush = cursors_.flush(place, chain);
    if (flush.next_ms != 0) {
        const auto timer = tg::Exec::post_after(flush.next_ms, channel, kCursorsTask, chain_text);
        if (!timer) cursors_.stop(place, chain);
    }
    for (const CursorMove& move : flush.moves) {
        tg::Publication publication(channel, cursor_moved(move.user, move.position));
        publication.conflate("cursor:" + move.user).author(move.session, std::string());
        tg::Channel::publish_live(publication);
        cursor_events_total_.add();
    }
    // Who comes later sees where they are. Who has left meanwhile is nowhere.
    for (const CursorMove& move : flush.moves) {
        const tg::Status seen = co_await tg::Presence::update(channel, move.session, move.position);
        if (!seen.ok() && seen.rc() != TG_E_NOT_FOUND) refusal_of("update presence", seen);
    }
}

}  // namespace tidegate::collaboration
