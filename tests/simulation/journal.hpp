#pragma once

// Journal: every request that was sent and what became of it. A request's mark (the reason of a field:update, a text
// inside the data of a quote:update) is found again in the version that it made. Values, one thread.

#include "tests/simulation/quote_replica.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tidegate::simulation {

struct Request {
    std::string id;
    std::string type;
    std::string quote;
    std::string user;
    std::string mark;   // of an edit
    std::string field;  // of a field:update
    Json value;
    unsigned sends = 0;
    bool may_be_lost = false;  // its connection ended before it was answered
    std::vector<Json> answers;
};

enum class Fate { kUnknown, kDone, kRefused };

class Journal {
public:
    Request& add(std::string type) {
        const auto id = "r" + std::to_string(requests_.size() + 1);
        Request& request = requests_[id];
        request.id = id;
        request.type = std::move(type);
        return request;
    }
    Request* find(const std::string& id) {
        const auto found = requests_.find(id);
        return found == requests_.end() ? nullptr : &found->second;
    }
    // A fault, for those who check the checks.
    void forget_an_answer() {
        for (auto& [id, request] : requests_)
            if (!request.may_be_lost && !request.answers.empty()) return request.answers.pop_back();
    }
    const std::map<std::string, Request>& requests() const { return requests_; }

private:
    std::map<std::string, Request> requests_;
};

// What its answers say of an edit.
Fate fate_of(const Request& request);

}  // namespace tidegate::simulation
