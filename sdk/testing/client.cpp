#include "connection.hpp"
#include "world.hpp"

#include <algorithm>
#include <utility>

namespace tg::testing {

void Client::send_text(std::string_view text) { connection_->end->say(text); }

void Client::push_text(std::string_view text) {
    send_text(text);
    connection_->world->settle();
}

const std::vector<Json>& Client::received() const { return connection_->end->received; }

std::vector<Json> Client::received(std::string_view type) const {
    std::vector<Json> of_type;
    for (const Json& message : received())
        if (message.value("type", "") == type) of_type.push_back(message);
    return of_type;
}

Json Client::last(std::string_view type) const {
    const auto of_type = received(type);
    return of_type.empty() ? Json() : of_type.back();
}

Json Client::reply(const Json& id) const {
    Json final_answer;
    for (const Json& message : received())
        if (message.contains("ref") && message["ref"] == id) final_answer = message;
    return final_answer;
}

std::vector<Json> Client::take() {
    client_id();
    return std::exchange(connection_->end->received, {});
}

void Client::stop_reading() { connection_->end->stop_reading(); }

void Client::read_on() {
    connection_->end->read_on();
    connection_->world->settle();
}

void Client::be_silent() { connection_->end->be_silent(); }

void Client::drop() {
    connection_->end->drop();
    connection_->world->settle();
}

void Client::close() {
    connection_->end->say_close(1000);
    connection_->world->settle();
}

bool Client::is_open() const { return closed_with() == 0 && !connection_->end->is_gone(); }
int Client::closed_with() const { return connection_->end->close_code; }
const std::string& Client::close_reason() const { return connection_->end->close_reason; }

const std::string& Client::client_id() const {
    auto& known = connection_->client_id;
    if (!known.empty()) return known;
    const Json established = last("connection:established");
    if (established.is_object()) known = established.value("client_id", "");
    return known;
}

const User& Client::user() const { return connection_->user; }

}  // namespace tg::testing
