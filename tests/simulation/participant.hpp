#pragma once

// Participant: one client of one quote, over several connections one after the other: its replica, what it knows of
// locks and of the others, its requests. One thread.

#include "tests/simulation/journal.hpp"

#include <tidegate/testing/host.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tidegate::simulation {

class Participant {
public:
    // `typed`: by the quote's own endpoint; else over /ws, subscribing and joining by itself.
    Participant(tg::testing::Host& host, Journal& journal, tg::testing::User user, std::string quote, bool typed);

    void connect();
    void drop();
    void leave();
    void stop_reading() { client_->stop_reading(); }
    void read_on() { client_->read_on(); }

    // `extra`: the members beside type and id. The request is the journal's.
    Request& ask(const std::string& type, Json extra);
    void repeat_last();
    void tell(const std::string& type, Json extra);

    // Takes what arrived. What `skips` names is lost on the way: the fault that a checker must see.
    void read();
    std::optional<std::uint64_t> skips_offset;

    bool is_open() const { return client_ && client_->is_open(); }
    bool is_joined() const { return is_open() && replica_.is_joined(); }
    int closed_with() const { return client_ ? client_->closed_with() : 0; }
    const std::string& name() const { return name_; }
    const tg::testing::User& user() const { return user_; }
    const std::string& quote() const { return quote_; }
    const QuoteReplica& replica() const { return replica_; }
    const std::set<std::string>& others() const { return others_; }  // by id
    const std::map<std::string, std::uint64_t>& tokens() const { return tokens_; }
    const std::vector<Json>& log() const { return log_; }

private:
    std::string channel() const { return "quote:" + quote_; }
    void take(const Json& message);
    void meet(const Json& message);
    void part(const Json& message);
    void give_up_pending();

    tg::testing::Host& host_;
    Journal& journal_;
    const tg::testing::User user_;
    const std::string quote_;
    const bool typed_;
    const std::string name_;
    std::optional<tg::testing::Client> client_;
    QuoteReplica replica_;
    std::set<std::string> others_;
    std::map<std::string, std::uint64_t> tokens_;
    std::vector<std::string> pending_;  // ids sent over this connection
    std::string last_sent_;
    std::string last_id_;
    std::vector<Json> log_;
};

}  // namespace tidegate::simulation
