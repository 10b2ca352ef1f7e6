#include "routing/loop_gateway.hpp"

#include "protocol/json_text.hpp"
#include "wire/close_code.hpp"
#include "wire/utf8.hpp"

#include <string>
#include <utility>

namespace tidegate::routing {

Switchboard* LoopGateway::board_of(SessionId session) {
    if (session && session.loop() < boards_.size()) return boards_[session.loop()];
    commons_.metrics.count_dropped("stale_session");
    return nullptr;
}

void LoopGateway::send(SessionId session, std::string_view object, Lane lane) { reply(session, object, {}, lane); }

void LoopGateway::reply(SessionId session, std::string_view object, std::string_view id, Lane lane) {
    const auto splice = protocol::splice_point(object);
    if (!splice) return commons_.metrics.count_dropped("not_an_object");
    Switchboard* board = board_of(session);
    if (!board) return;
    board->inbox().push([board, session, frame = protocol::encode_with_ref(*splice, id), lane]() mutable {
        board->send(session, std::move(frame), lane);
    });
}

void LoopGateway::fail(SessionId session, std::string_view code, std::string_view message, std::string_view id,
                       std::string_view fields) {
    Switchboard* board = board_of(session);
    if (!board) return;
    // A code that clients do not know would tell them nothing.
    const auto known = protocol::find_error(code).value_or(protocol::ErrorCode::kInternal);
    const protocol::ErrorRow& row = protocol::row(known);
    BufferRef frame = protocol::encode_error(
        row.name, message.empty() || !is_valid_utf8(message) ? row.message : message, id, fields);
    board->inbox().push([board, session, known, moved = std::move(frame)]() mutable {
        board->send_error(session, known, std::move(moved));
    });
}

void LoopGateway::close(SessionId session, std::uint16_t code, std::string_view reason) {
    Switchboard* board = board_of(session);
    if (!board) return;
    if (!is_valid_on_wire(code)) code = static_cast<std::uint16_t>(CloseCode::kInternal);
    if (!is_valid_utf8(reason)) reason = {};
    board->inbox().push([board, session, code, text = std::string(reason)] { board->close(session, code, text); });
}

void LoopGateway::join(const session::SessionInfoRef& session, std::string_view channel) {
    if (!protocol::is_channel_name(channel)) return commons_.metrics.count_dropped("bad_channel");
    Join join;
    join.session = session;
    commons_.hub.join(std::move(join), channel);
}

void LoopGateway::leave(const session::SessionInfoRef& session, std::string_view channel) {
    commons_.hub.leave(session, channel);
}

Result<std::uint64_t> LoopGateway::publish(const Publication& publication) { return commons_.hub.publish(publication); }

std::uint64_t LoopGateway::subscribers(std::string_view tenant, std::string_view channel) const {
    return commons_.hub.subscribers(tenant, channel);
}

void LoopGateway::message_ended(const session::SessionInfoRef& session, std::size_t bytes) {
    if (Switchboard* board = board_of(session->id())) board->message_ended(session, bytes);
}

void LoopGateway::strand_has_space(SessionId session) {
    if (Switchboard* board = board_of(session))
        board->inbox().push([board, session] { board->strand_has_space(session); });
}

session::SessionInfoRef LoopGateway::find(SessionId session) const { return commons_.sessions.find(session); }

}  // namespace tidegate::routing
