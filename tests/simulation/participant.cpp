#include "tests/simulation/participant.hpp"

#include <utility>

namespace tidegate::simulation {

Participant::Participant(tg::testing::Host& host, Journal& journal, tg::testing::User user, std::string quote,
                         bool typed)
    : host_(host),
      journal_(journal),
      user_(std::move(user)),
      quote_(std::move(quote)),
      typed_(typed),
      name_(user_.name + (typed ? " on " : " by /ws on ") + quote_.substr(0, 4)),
      replica_(channel()) {}

void Participant::connect() {
    give_up_pending();
    replica_ = QuoteReplica(channel());
    others_.clear();
    tokens_.clear();
    log_.clear();
    last_sent_.clear();
    client_ = host_.begin_connect(user_, typed_ ? "/ws/quotes/" + quote_ : "/ws");
    if (!typed_) tell("channel:subscribe", Json::object());
}

void Participant::give_up_pending() {
    for (const auto& id : std::exchange(pending_, {})) journal_.find(id)->may_be_lost = true;
}

void Participant::drop() {
    client_->drop();
    read();
    give_up_pending();
}

void Participant::leave() {
    client_->close();
    read();
    give_up_pending();
}

Request& Participant::ask(const std::string& type, Json extra) {
    Request& request = journal_.add(type);
    request.quote = quote_;
    request.user = user_.sub;
    request.sends = 1;
    pending_.push_back(request.id);
    extra["id"] = request.id;
    last_id_ = request.id;
    tell(type, std::move(extra));
    return request;
}

void Participant::tell(const std::string& type, Json extra) {
    extra["type"] = type;
    extra["channel"] = channel();
    last_sent_ = extra.dump();
    log_.push_back(std::move(extra));
    client_->send(last_sent_);
}

void Participant::repeat_last() {
    if (last_sent_.empty() || last_id_.empty() || pending_.empty() || pending_.back() != last_id_) return;
    Request& request = *journal_.find(last_id_);
    if (request.type != "field:update" && request.type != "quote:update") return;
    if (last_sent_.find("\"" + last_id_ + "\"") == std::string::npos) return;
    ++request.sends;
    client_->send(last_sent_);
}

void Participant::read() {
    if (!client_) return;
    for (const Json& message : client_->take()) take(message);
    if (!client_->is_open()) give_up_pending();
}

void Participant::take(const Json& message) {
    if (skips_offset && message.contains("offset") && message["offset"] == *skips_offset &&
        message["type"] != "channel:subscribed")
        return;
    log_.push_back(message);
    replica_.take(message);
    const std::string type = message.value("type", "");
    // Announced before the final answer.
    const bool is_final = type != "calculation:started" && type != "calculation:progress";
    if (is_final && message.contains("ref") && message["ref"].is_string())
        if (Request* request = journal_.find(message["ref"])) request->answers.push_back(message);
    if (type == "field:locked" && message.contains("lease")) tokens_[message["field"]] = message["lease"]["token"];
    if (type == "session:joined" || type == "user:joined") meet(message);
    if (type == "user:left") part(message);
    // Joining earlier would leave a hole between the snapshot and the first event.
    if (type == "channel:subscribed" && !typed_) ask("session:join", Json::object());
}

void Participant::meet(const Json& message) {
    if (message["type"] == "session:joined") others_.clear();
    if (message.contains("user")) others_.insert(message["user"]["id"]);
    for (const Json& user : message.value("users", Json::array())) others_.insert(user["id"]);
    others_.erase(user_.sub);
}

void Participant::part(const Json& message) {
    if (message.contains("user")) others_.erase(message["user"]["id"]);
    for (const Json& user : message.value("users", Json::array())) others_.erase(user["id"]);
}

}  // namespace tidegate::simulation
