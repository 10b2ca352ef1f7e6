#include "net/http_conversation.hpp"

#include "net/connection.hpp"
#include "net/event_loop.hpp"
#include "net/loop_server.hpp"
#include "net/poco_exchange.hpp"
#include "wire/http_text.hpp"

#include <algorithm>
#include <cstring>

namespace tidegate::net {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::ptrdiff_t write_text(Connection& connection, std::string_view text) {
    const iovec part{const_cast<char*>(text.data()), text.size()};
    return connection.write({&part, 1});
}

}  // namespace

HttpConversation::HttpConversation(LoopServer& server, Connection& connection, Peer peer)
    : server_(server), connection_(connection), peer_(std::move(peer)) {}

HttpConversation::~HttpConversation() {
    cancel_timer();
    end_exchange();
}

void HttpConversation::start() { set_timer(server_.options().request_deadline_ms); }

bool HttpConversation::is_idle() const { return state_ == State::kHead && answered_before_ && !request_begun_; }

std::size_t HttpConversation::on_bytes(std::span<char> bytes) {
    std::size_t consumed = 0;
    while (consumed < bytes.size()) {
        if (state_ == State::kHead)
            consumed += read_head(bytes.subspan(consumed));
        else if (state_ == State::kBody)
            consumed += read_body(bytes.subspan(consumed));
        else
            break;
    }
    return consumed;
}

std::size_t HttpConversation::read_head(std::span<char> bytes) {
    if (!request_begun_) {
        request_begun_ = true;
        set_timer(server_.options().request_deadline_ms);
    }
    // A head that comes in one piece is parsed where it lies. More than one byte over the limit is never gathered.
    const std::size_t before = head_text_.size();
    std::size_t offered = bytes.size();
    if (before > 0) {
        offered = std::min(offered, limits::kHttpHeadBytes + 1 - before);
        head_text_.append(bytes.data(), offered);
    }
    HeadResult result =
        parser_.parse(before > 0 ? std::string_view(head_text_) : std::string_view(bytes.data(), bytes.size()));
    switch (result.state) {
        case HeadState::kNeedMore:
            if (before == 0) head_text_.assign(bytes.data(), bytes.size());
            return offered;
        case HeadState::kBad:
            refuse(result.status, result.reason);
            return offered;
        case HeadState::kComplete:
            break;
    }
    const std::size_t consumed = result.consumed - before;
    parser_.reset();
    head_text_ = {};
    head_ = std::move(result.head);
    begin_request(consumed < bytes.size());
    return consumed;
}

void HttpConversation::begin_request(bool body_at_hand) {
    head_only_ = head_.method == "HEAD";
    keep_alive_ = head_.keep_alive && !server_.is_draining();
    const std::uint64_t length = head_.content_length.value_or(0);
    if (head_.upgrade_requested && server_.handlers().upgrade) {
        if (length > 0) return refuse(400, "upgrade with a body");
        return upgrade();
    }
    if (length > server_.options().max_body_bytes) return refuse(413, "body too large");
    const auto expectation = head_.field("Expect");
    if (expectation && !equals_ignoring_case(*expectation, "100-continue")) return refuse(417, "unknown expectation");
    if (length == 0) return run_request();
    begin_body(static_cast<std::size_t>(length), expectation.has_value() && !body_at_hand);
}

void HttpConversation::begin_body(std::size_t length, bool announce) {
    body_ = Buffer::make(length);
    body_filled_ = 0;
    state_ = State::kBody;
    if (announce && write_text(connection_, kContinue) != std::ssize(kContinue)) connection_.abort();
}

std::size_t HttpConversation::read_body(std::span<char> bytes) {
    const std::size_t taken = std::min(bytes.size(), body_->size() - body_filled_);
    std::memcpy(body_->data() + body_filled_, bytes.data(), taken);
    body_filled_ += taken;
    if (body_filled_ == body_->size()) run_request();
    return taken;
}

void HttpConversation::upgrade() {
    cancel_timer();
    connection_.hold_output(true);
    UpgradeAnswer answer = server_.handlers().upgrade->upgrade(head_, peer_, connection_);
    connection_.hold_output(false);
    if (!answer.session) {
        if (answer.response.empty()) return refuse(500, "no answer");
        return send({std::move(answer.response), false});
    }
    server_.loop().stats().upgraded.add();
    state_ = State::kOver;
    // The socket is fresh or was drained by the peer; one that does not take two hundred bytes is no use.
    if (write_text(connection_, answer.response) != std::ssize(answer.response)) connection_.abort();
    connection_.hand_over(*answer.session);
}

void HttpConversation::run_request() {
    state_ = State::kRunning;
    connection_.pause_reading();
    exchange_ = server_.begin_exchange(*this);
    server_.loop().stats().exchanges.add();
    set_timer(server_.options().answer_deadline_ms);
    if (!body_) body_ = Buffer::make(0);
    if (!run_by_dispatcher()) run_by_handler();
    body_ = {};
}

bool HttpConversation::run_by_dispatcher() {
    if (!server_.handlers().http) return false;
    // The loop outlives the server: an answer after the server's end finds a stopped loop, which drops it.
    std::function<void(HttpResponse)> done = [loop = &server_.loop(), server = &server_,
                                              exchange = exchange_](HttpResponse response) {
        loop->post([server, exchange, response = std::move(response)] {
            if (HttpConversation* conversation = server->find_exchange(exchange)) conversation->answer(response);
        });
    };
    return server_.handlers().http->dispatch(head_, body_, peer_, done);
}

void HttpConversation::run_by_handler() {
    const ServerHandlers& handlers = server_.handlers();
    if (!handlers.poco || !handlers.pool) return refuse(404, "nothing here");
    auto done = [loop = &server_.loop(), server = &server_, exchange = exchange_](HttpAnswer answer) {
        loop->post([server, exchange, answer = std::move(answer)]() mutable {
            if (HttpConversation* conversation = server->find_exchange(exchange))
                conversation->answer(std::move(answer));
        });
    };
    head_.keep_alive = keep_alive_;
    auto exchange = std::make_unique<PocoExchange>(CompleteRequest{std::move(head_), std::move(body_), peer_},
                                                   handlers.poco, server_.options().max_answer_bytes, std::move(done));
    if (start_poco_exchange(*handlers.pool, std::move(exchange))) return;
    server_.loop().stats().pool_full.add();
    refuse(503, "too busy");
}

void HttpConversation::answer(HttpAnswer answer) {
    end_exchange();
    answer.keep_alive = answer.keep_alive && keep_alive_;
    send(std::move(answer));
}

void HttpConversation::answer(const HttpResponse& response) {
    keep_alive_ = keep_alive_ && !server_.is_draining();
    answer(dispatcher_answer(response, head_only_, keep_alive_, server_.options().max_answer_bytes));
}

void HttpConversation::refuse(int status, const char* reason) {
    server_.loop().stats().count_refusal(status);
    end_exchange();
    std::string bytes = canned_answer(status, reason);
    if (head_only_) bytes.resize(bytes.find("\r\n\r\n") + 4);
    send({std::move(bytes), false});
}

void HttpConversation::send(HttpAnswer answer) {
    state_ = State::kWriting;
    connection_.pause_reading();
    keep_alive_ = answer.keep_alive;
    out_ = std::move(answer.bytes);
    out_sent_ = 0;
    set_timer(server_.options().write_stall_ms);
    continue_writing();
}

void HttpConversation::continue_writing() {
    const std::ptrdiff_t taken = write_text(connection_, std::string_view(out_).substr(out_sent_));
    if (taken < 0) return;  // the connection ends by itself
    out_sent_ += static_cast<std::size_t>(taken);
    if (out_sent_ == out_.size()) return answer_is_written();
    if (taken > 0) set_timer(server_.options().write_stall_ms);
    connection_.want_writable(true);
}

void HttpConversation::on_writable() {
    if (state_ == State::kWriting) continue_writing();
}

void HttpConversation::answer_is_written() {
    connection_.want_writable(false);
    out_ = {};
    if (!keep_alive_) {
        cancel_timer();
        state_ = State::kOver;
        return connection_.finish();
    }
    state_ = State::kHead;
    head_ = {};
    head_only_ = false;
    request_begun_ = false;
    answered_before_ = true;
    set_timer(server_.options().keep_alive_ms);
    connection_.resume_reading();
}

void HttpConversation::on_disconnect() {
    state_ = State::kOver;
    cancel_timer();
    end_exchange();
}

void HttpConversation::set_timer(std::int64_t delay_ms) {
    cancel_timer();
    timer_ = server_.loop().run_after(delay_ms, [this] {
        timer_ = 0;
        on_timer();
    });
}

void HttpConversation::cancel_timer() {
    if (timer_ != 0) server_.loop().cancel_timer(timer_);
    timer_ = 0;
}

void HttpConversation::on_timer() {
    if (is_idle()) return connection_.abort();
    LoopStats& stats = server_.loop().stats();
    if (state_ == State::kRunning) {
        stats.exchange_timeouts.add();
        return refuse(504, "no answer in time");
    }
    stats.deadlines.add();
    const bool has_begun = state_ == State::kBody || (state_ == State::kHead && !head_text_.empty());
    if (has_begun) return refuse(408, "request not complete in time");
    connection_.abort();
}

void HttpConversation::end_exchange() {
    if (exchange_ != 0) server_.end_exchange(exchange_);
    exchange_ = 0;
}

}  // namespace tidegate::net
